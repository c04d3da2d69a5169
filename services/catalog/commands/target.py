"""The statements with which a batch is compared with a table and written into it.

A batch travels as one JSON array, which the database turns into rows: one parameter, one statement, however
many items.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, array, insert
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate
from sqlalchemy.sql.selectable import TableValuedAlias

from services.catalog.model.batch import Key, Row


class Target:
    """A table that batches are written into."""

    def __init__(
        self,
        table: Table,
        *,
        key: Sequence[str],
        values: Sequence[str],
        id: str = "id",
        before: Sequence[str] = (),
        found_by: str = "",
    ) -> None:
        """`key` is the natural key, `values` the other columns that ingestion sets; of `before`, changes
        tell what it was. `found_by` is the column of the key that rows are looked up by (empty: any), the
        others being numbers that many rows share."""
        self._table, self._key, self._values, self._id = table, tuple(key), tuple(values), id
        self._before, self._found_by = tuple(before), found_by
        self.compare = self._compare()
        """For each of `rows`: the item, the stored row's id (null: none), which columns differ."""
        self.insert = self._insert()
        """Adds `rows`; answers their ids and keys."""
        self.update = lru_cache(maxsize=64)(self._update)
        """For the names of columns: sets those of the stored rows to what `rows` say; answers likewise."""

    def key_of(self, row: Row) -> Key:
        """The natural key of a row."""
        return tuple(row[name] for name in self._key)

    def _incoming(self) -> TableValuedAlias:
        columns = (column(name, self._table.c[name].type) for name in (*self._key, *self._values))
        rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        return rows.table_valued(column("item", Integer), *columns).render_derived(
            "incoming", with_types=True
        )

    def _same(self, incoming: TableValuedAlias) -> ColumnElement[bool]:
        return and_(*(self._key_column(name) == incoming.c[name] for name in self._key))

    def _key_column(self, name: str) -> ColumnElement[Any]:
        """The column, in a form that no index serves unless rows are to be found by it.

        Of a table that was never analysed PostgreSQL does not know which of several indexes tells rows apart:
        during the first import of a term it read all of the term for each section of a batch.
        """
        stored = self._table.c[name]
        return stored if self._found_by in ("", name) else stored + literal_column("0")

    def _compare(self) -> Select[Any]:
        incoming = self._incoming()
        return select(
            incoming.c.item,
            self._table.c[self._id].label("id"),
            self._differing(incoming).label("differing"),
            *(self._table.c[name] for name in self._before),
        ).select_from(incoming.outerjoin(self._table, self._same(incoming)))

    def _differing(self, incoming: TableValuedAlias) -> ColumnElement[Any]:
        """The names of the columns whose stored value is another."""
        names = (
            case((self._table.c[name].is_distinct_from(incoming.c[name]), literal_column(f"'{name}'")))
            for name in self._values
        )
        return func.array_remove(array(list(names)), null(), type_=ARRAY(Text))

    def _insert(self) -> ReturningInsert[Any]:
        incoming, names = self._incoming(), (*self._key, *self._values)
        rows = select(*(incoming.c[name] for name in names))
        # A row that somebody else added meanwhile is none of the snapshot's: "do nothing" makes that a
        # serialization failure, which is run again, instead of a broken constraint.
        added = insert(self._table).from_select(names, rows).on_conflict_do_nothing()
        return added.returning(*self._identity())

    def _update(self, names: frozenset[str]) -> ReturningUpdate[Any]:
        incoming = self._incoming()
        new = {name: incoming.c[name] for name in sorted(names)} | {"update_time": func.now()}
        return update(self._table).values(new).where(self._same(incoming)).returning(*self._identity())

    def _identity(self) -> list[ColumnElement[Any]]:
        return [self._table.c[self._id].label("id"), *(self._table.c[name] for name in self._key)]
