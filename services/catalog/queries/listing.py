"""Lists in pages: filtered, searched, and continued behind the last row of the page before.

A page token holds the place of the last row in the order of the list, never a count, so rows that come and
go meanwhile neither shift nor repeat the others. In a search the place begins with the row's score, which
depends on the row and the query alone; what a forgiving search took the words for is part of the token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from services.catalog.model.search import Terms
from services.catalog.queries import positions, vocabulary
from services.catalog.queries.positions import Position
from services.catalog.queries.source import Source

DEFAULT_PAGE_SIZE = 50
_QUERIES = {
    "query_exact_code": ("A", True),
    "query_code": ("A", False),
    "query_exact_title": ("AB", True),
    "query_heading": ("ABC", False),
    "query_exact": ("", True),
    "query_anywhere": ("", False),
}
"""The full text queries `search_score` compares a row with: parts of the document, and whether exactly."""


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
        self.statement = lru_cache(maxsize=256)(self._build)
        """The statement for filters (by name), whether a query is given, and whether it is continued."""

    async def page(
        self, tx: Source, filters: Mapping[str, Any], query: str, size: int, after: Position | None
    ) -> Page:
        """The page behind `after` of the rows that pass `filters`, whose values are the parameters of the
        conditions so named. Refuses with InvalidPageToken a place that is none of this list."""
        size = size or DEFAULT_PAGE_SIZE
        if not query.strip():
            rows = await self._rows(tx, filters, None, size, after)
            return self._page(rows, size)
        forgiven, place = positions.split(after)
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
        statement = self.statement(frozenset(filters), terms is not None, after is not None)
        values = dict(filters, limit=size + 1)
        if terms is not None:
            values |= queries_for(terms)
        if after is not None:
            values |= positions.parameters(after, self._order, scored=terms is not None)
        return await tx.all(statement, **values)

    def _page(self, rows: list[Any], size: int, forgiven: str = "", *, searched: bool = False) -> Page:
        if len(rows) <= size:
            return Page(rows)
        last = rows[size - 1]
        place = positions.place(last, self._order)
        return Page(rows[:size], [forgiven, last.score, *place] if searched else place)

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
        queries = {name: cast(bindparam(name, type_=Text), TSQUERY) for name in _QUERIES}
        score = func.search_score(self._search, *queries.values(), type_=Integer).label("score")
        return statement.add_columns(score).where(self._search.op("@@")(queries["query_anywhere"]))


def queries_for(terms: Terms) -> dict[str, str]:
    """The parameters of a search for `terms`."""
    return {name: terms.tsquery(parts, exact=exact) for name, (parts, exact) in _QUERIES.items()}


def _behind(
    columns: Sequence[Column[Any]], order: Sequence[ColumnElement[Any]], score: ColumnElement[Any] | None
) -> ColumnElement[bool]:
    place = tuple_(*(bindparam(f"after_{each.name}", type_=each.type) for each in columns))
    behind: ColumnElement[bool] = tuple_(*order) > place
    if score is None:
        return behind
    last = bindparam("after_score", type_=Integer)
    return or_(score < last, and_(score == last, behind))
