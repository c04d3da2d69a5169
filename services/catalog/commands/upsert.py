"""Batch upserts: two statements for a whole batch, and only rows that differ are written.

The first compares the batch with the table, so a batch that changes nothing touches no row at all, not even
with a lock. The second writes what is new or differs. Both see one snapshot: the transaction is
SERIALIZABLE, and a concurrent writer of the same rows makes one of the two run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import ColumnElement, Integer, Table, and_, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.sql.selectable import TableValuedAlias

from runtime.db import ReadTx, WriteTx
from services.catalog.model.batch import Item, Key, Outcome, Result, Row, winners


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was written: what it was (None: new) and what it is now."""

    id: str
    before: Any
    row: Row


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
    ) -> None:
        """`key` is the natural key, `values` the other columns that ingestion sets; of `before`, changes
        tell what it was."""
        self._table, self._key, self._values, self._id = table, tuple(key), tuple(values), id
        incoming = self._incoming()
        same = [table.c[name] == incoming.c[name] for name in key]
        self.compare = select(
            incoming.c.item,
            table.c[id].label("id"),
            self._differs(incoming).label("differs"),
            *(table.c[name] for name in before),
        ).select_from(incoming.outerjoin(table, and_(*same)))
        self.write = self._write()

    def key_of(self, row: Row) -> Key:
        """The natural key of a row."""
        return tuple(row[name] for name in self._key)

    def _incoming(self) -> TableValuedAlias:
        columns = (column(name, self._table.c[name].type) for name in (*self._key, *self._values))
        rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        return rows.table_valued(column("item", Integer), *columns).render_derived(
            "incoming", with_types=True
        )

    def _differs(self, incoming: TableValuedAlias) -> ColumnElement[bool]:
        return or_(*(self._table.c[name].is_distinct_from(incoming.c[name]) for name in self._values))

    def _write(self) -> Any:
        incoming, names = self._incoming(), (*self._key, *self._values)
        written = insert(self._table).from_select(names, select(*(incoming.c[name] for name in names)))
        new = {name: written.excluded[name] for name in self._values} | {"update_time": func.now()}
        return written.on_conflict_do_update(index_elements=self._key, set_=new).returning(
            self._table.c[self._id].label("id"), *(self._table.c[name] for name in self._key)
        )


@dataclass(slots=True)
class Plan:
    """What a batch would do: a result for each item (None: to be created), and the rows to write."""

    results: list[Result | None]
    writes: dict[Key, tuple[int, Row, Any]]
    """By natural key: the item, its row, and the row as it is now (None: there is none)."""

    def preview(self) -> list[Result]:
        """The results of a dry run."""
        return [result or Result(Outcome.CREATED) for result in self.results]


async def compare(tx: ReadTx, target: Target, items: Sequence[Item]) -> Plan:
    """Compares a batch with the table."""
    chosen = winners(items, target.key_of)
    plan = Plan([_left_out(item) for item in items], {})
    if not chosen:
        return plan
    rows = [{**items[at].row, "item": at} for at in chosen.values()]
    for found in await tx.all(target.compare, rows=Jsonb(rows)):
        row = items[found.item].row
        plan.results[found.item] = _outcome(found)
        if found.differs:
            plan.writes[target.key_of(row)] = found.item, row, found if found.id is not None else None
    return plan


async def write(tx: WriteTx, target: Target, plan: Plan) -> tuple[list[Result], list[Change]]:
    """Writes what a plan says; answers the results of all items and the rows that were written."""
    changes = []
    if plan.writes:
        rows = [row for _, row, _ in plan.writes.values()]
        for written in await tx.all(target.write, rows=Jsonb(rows)):
            item, row, before = plan.writes[tuple(written[1:])]
            plan.results[item] = Result(
                Outcome.CREATED if before is None else Outcome.CHANGED, str(written.id)
            )
            changes.append(Change(str(written.id), before, row))
    return plan.preview(), changes


def _left_out(item: Item) -> Result:
    if item.violations:
        return Result(Outcome.REFUSED, violations=item.violations)
    return Result(Outcome.SUPERSEDED)


def _outcome(found: Any) -> Result | None:
    if found.id is None:
        return None
    return Result(Outcome.CHANGED if found.differs else Outcome.UNCHANGED, str(found.id))
