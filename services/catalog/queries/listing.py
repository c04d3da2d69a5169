"""Lists in pages: filtered, searched, and continued behind the last row of the page before.

A page token holds the place of the last row in the order of the list, never a count, so rows that come and
go meanwhile neither shift nor repeat the others. In a search the place begins with the row's score, which
depends on the row and the query alone; what a forgiving search took the words for is part of the token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
AFTER, END = "after_", "end_"  # how the parameters of a place begin
Order = tuple[Sequence[Column[Any]], bool]
"""The columns a list is in order of, and whether the largest come first."""

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
class Range:
    """The part of a list that is wanted: at most `size` rows behind `after`, up to and including `end`
    (None: from the first, to the last). `newest` first takes the place of the list's own order."""

    size: int = 0
    after: Position | None = None
    end: Position | None = None
    newest: bool = False


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
        newest: Sequence[Column[Any]] = (),
    ) -> None:
        """`order` must be unique and not null, and so must be `newest`, by which rows are sorted backwards
        when the newest are wanted first; `conditions` are the filters by name, each with parameters of its
        own; `search` is the column with the document of a row."""
        self._columns, self._conditions, self._search = columns, conditions, search
        self._orders: dict[bool, Order] = {False: (order, False), True: (newest, True)}
        self.statement = lru_cache(maxsize=256)(self._build)
        """The statement for filters (by name), the order, whether a query is given, and which ends are."""

    async def page(self, tx: Source, filters: Mapping[str, Any], query: str, part: Range) -> Page:
        """The rows of `part` that pass `filters`, whose values are the parameters of the conditions so named.
        Refuses with InvalidPageToken a place that is none of this list."""
        part = replace(part, size=part.size or DEFAULT_PAGE_SIZE)
        if not query.strip():
            return self._page(await self._rows(tx, filters, None, part), part)
        forgiven, part = _split(replace(part, newest=False))
        terms = forgiven or Terms.of(await vocabulary.words(tx, query))
        if not terms.words:
            return Page()
        rows = await self._rows(tx, filters, terms, part)
        if not rows and part.after is None and part.end is None:
            forgiven = await vocabulary.forgive(tx, terms)
            rows = await self._rows(tx, filters, forgiven, part) if forgiven else []
        return self._page(rows, part, forgiven.write() if forgiven else "", searched=True)

    async def _rows(
        self, tx: Source, filters: Mapping[str, Any], terms: Terms | None, part: Range
    ) -> list[Any]:
        scored, (order, _) = terms is not None, self._orders[part.newest]
        ends = part.after is not None, part.end is not None
        values = dict(filters, limit=part.size + 1)
        if terms is not None:
            values |= queries_for(terms)
        if part.after is not None:
            values |= positions.parameters(part.after, order, AFTER, scored=scored)
        if part.end is not None:
            values |= positions.parameters(part.end, order, END, scored=scored)
        return await tx.all(self.statement(frozenset(filters), part.newest, scored, ends), **values)

    def _page(self, rows: list[Any], part: Range, forgiven: str = "", *, searched: bool = False) -> Page:
        if len(rows) <= part.size:
            return Page(rows)
        last = rows[part.size - 1]
        place = positions.place(last, self._orders[part.newest][0])
        return Page(rows[: part.size], [forgiven, last.score, *place] if searched else place)

    def _build(
        self, filters: frozenset[str], newest: bool, searched: bool, ends: tuple[bool, bool]
    ) -> Select[Any]:
        order, backwards = self._orders[newest]
        columns: list[Any] = [*self._columns, *(each for each in order if each not in self._columns)]
        statement = select(*columns).where(*(self._conditions[name] for name in sorted(filters)))
        named: list[ColumnElement[Any]] = list(order)
        score: ColumnElement[Any] | None = None
        if searched:
            found = self._scored(statement).subquery("found")
            statement, named, score = select(found), [found.c[each.name] for each in order], found.c.score
        for prefix, wanted in zip((AFTER, END), ends, strict=True):
            if wanted:
                statement = statement.where(_beside(prefix, order, named, score, backwards=backwards))
        by = [each.desc() for each in named] if backwards else named
        return statement.order_by(*([score.desc()] if score is not None else ()), *by).limit(
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


def _split(part: Range) -> tuple[Terms | None, Range]:
    """The terms that the places of a search stand for, if it was a forgiving one, and the places alone."""
    behind, after = positions.split(part.after)
    within, end = positions.split(part.end)
    return within or behind, replace(part, after=after, end=end)


def _beside(
    prefix: str,
    columns: Sequence[Column[Any]],
    named: Sequence[ColumnElement[Any]],
    score: ColumnElement[Any] | None,
    *,
    backwards: bool,
) -> ColumnElement[bool]:
    """Behind the place whose parameters begin with AFTER, or not behind the one of END."""
    place = tuple_(*(bindparam(f"{prefix}{each.name}", type_=each.type) for each in columns))
    row = tuple_(*named)
    ahead = row < place if backwards else row > place
    inside: ColumnElement[bool] = ahead if prefix == AFTER else (row >= place if backwards else row <= place)
    if score is None:
        return inside
    there = bindparam(f"{prefix}score", type_=Integer)
    return or_(score < there if prefix == AFTER else score > there, and_(score == there, inside))
