"""Lists in pages: filtered, searched, and continued behind the last row of the page before.

A page token holds the place of the last row in the order of the list, never a count, so rows that come and
go meanwhile neither shift nor repeat the others. In a search the place begins with the row's score, which
depends on the row and the query alone; what a forgiving search took the words for is part of the token.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from runtime.refusal import InvalidPageToken
from services.catalog.model.search import Terms
from services.catalog.queries import vocabulary
from services.catalog.queries.source import Source

DEFAULT_PAGE_SIZE = 50
_SCORED = {
    "exact_code": ("A", True),
    "code": ("A", False),
    "exact_title": ("AB", True),
    "heading": ("ABC", False),
    "exact": ("", True),
    "anywhere": ("", False),
}
"""The full text queries `search_score` compares a row with: parts of the document, and whether exactly."""
Position = Sequence[str | int | float | None]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and the place to continue at (None: this is the end)."""

    rows: list[Any] = field(default_factory=list)
    next: list[Any] | None = None


class Listing:
    """A list of one table's rows."""

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        order: Sequence[Column[Any]],
        conditions: Mapping[str, ColumnElement[bool]],
        search: Column[Any] | None = None,
    ) -> None:
        """`order` must be unique and not null; `conditions` are the filters by name, each with parameters
        of its own; `search` is the column with the document of a row."""
        self._columns, self._order, self._conditions, self._search = columns, order, conditions, search
        self._statement = lru_cache(maxsize=256)(self._build)

    async def page(
        self, tx: Source, filters: Mapping[str, Any], query: str, size: int, after: Position | None
    ) -> Page:
        """The page behind `after` of the rows that pass `filters`, whose values are the parameters of the
        conditions so named. Refuses with InvalidPageToken a place that is none of this list."""
        size = size or DEFAULT_PAGE_SIZE
        if not query.strip():
            rows = await self._rows(tx, filters, None, size, after)
            return self._page(rows, size)
        forgiven, place = _split(after)
        terms = forgiven or Terms.of(await vocabulary.words(tx, query))
        if not terms.words:
            return Page()
        rows = await self._rows(tx, filters, terms, size, place)
        if not rows and after is None:
            forgiven = await vocabulary.forgive(tx, terms)
            rows = await self._rows(tx, filters, forgiven, size, None) if forgiven else []
        return self._page(rows, size, forgiven.write() if forgiven else "", searched=True)

    async def _rows(
        self,
        tx: Source,
        filters: Mapping[str, Any],
        terms: Terms | None,
        size: int,
        after: Position | None,
    ) -> list[Any]:
        statement = self._statement(frozenset(filters), terms is not None, after is not None)
        values = dict(filters, limit=size + 1)
        if terms is not None:
            values |= {name: terms.tsquery(parts, exact=exact) for name, (parts, exact) in _SCORED.items()}
        if after is not None:
            values |= self._place(after, searched=terms is not None)
        return await tx.all(statement, **values)

    def _page(self, rows: list[Any], size: int, forgiven: str = "", *, searched: bool = False) -> Page:
        if len(rows) <= size:
            return Page(rows)
        last = rows[size - 1]
        place = [_plain(getattr(last, column.name)) for column in self._order]
        return Page(rows[:size], [forgiven, last.score, *place] if searched else place)

    def _place(self, after: Position, *, searched: bool) -> dict[str, Any]:
        names = [column.name for column in self._order]
        types: list[Any] = [column.type for column in self._order]
        if searched:
            names, types = ["score", *names], [Integer(), *types]
        if len(after) != len(names) or not all(map(_fits, after, types)):
            raise InvalidPageToken
        return {f"after_{name}": value for name, value in zip(names, after, strict=True)}

    def _build(self, filters: frozenset[str], searched: bool, continued: bool) -> Select[Any]:
        columns: list[Any] = [*self._columns, *(each for each in self._order if each not in self._columns)]
        statement = select(*columns).where(*(self._conditions[name] for name in sorted(filters)))
        order: list[ColumnElement[Any]] = list(self._order)
        score: ColumnElement[Any] | None = None
        if searched:
            found = self._scored(statement).subquery("found")
            statement, order, score = select(found), [found.c[each.name] for each in order], found.c.score
        if continued:
            statement = statement.where(_behind(self._order, order, score))
        return statement.order_by(*([score.desc()] if score is not None else ()), *order).limit(
            bindparam("limit", type_=Integer)
        )

    def _scored(self, statement: Select[Any]) -> Select[Any]:
        assert self._search is not None
        queries = {name: cast(bindparam(name, type_=Text), TSQUERY) for name in _SCORED}
        score = func.search_score(self._search, *queries.values(), type_=Integer).label("score")
        return statement.add_columns(score).where(self._search.op("@@")(queries["anywhere"]))


def _behind(
    columns: Sequence[Column[Any]], order: Sequence[ColumnElement[Any]], score: ColumnElement[Any] | None
) -> ColumnElement[bool]:
    place = tuple_(*(bindparam(f"after_{each.name}", type_=each.type) for each in columns))
    behind: ColumnElement[bool] = tuple_(*order) > place
    if score is None:
        return behind
    last = bindparam("after_score", type_=Integer)
    return or_(score < last, and_(score == last, behind))


def _split(after: Position | None) -> tuple[Terms | None, Position | None]:
    """What a search's token took the words for, if it is a forgiving one, and the place in the list."""
    if after is None:
        return None, None
    if not after or not isinstance(after[0], str):
        raise InvalidPageToken
    try:
        return (Terms.read(after[0]) if after[0] else None), after[1:]
    except ValueError as error:
        raise InvalidPageToken from error


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value from a token can be compared with a column: tokens come from outside."""
    if isinstance(kind, Integer):
        bits = 16 if isinstance(kind, SmallInteger) else 63 if kind.__visit_name__ == "big_integer" else 31
        return type(value) is int and -(2**bits) < value < 2**bits
    if not isinstance(value, str) or "\0" in value:
        return False
    if isinstance(kind, Uuid):
        return _is_uuid(value)
    return isinstance(kind, Text)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
