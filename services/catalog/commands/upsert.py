"""Batch upserts: a few statements for a whole batch, and only rows that differ are written.

The first statement compares the batch with the table, so a batch that changes nothing touches no row at
all, not even with a lock. The others insert what is new and update what differs, setting only columns that
differ somewhere in the batch: one that changes seats does not make the database search texts anew. All see
one snapshot: the transaction is SERIALIZABLE, and a concurrent writer of the same rows makes one of the two
run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from runtime.db import ReadTx, WriteTx
from services.catalog.commands.target import Target
from services.catalog.model.batch import Item, Key, Outcome, Result, Row, winners

__all__ = ["Change", "Plan", "Target", "compare", "write"]


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was written: what it was (None: new) and what it is now."""

    id: str
    before: Any
    row: Row


@dataclass(frozen=True, slots=True)
class Write:
    """A row to write: for which item, and the stored row (None: there is none)."""

    item: int
    row: Row
    before: Any


@dataclass(slots=True)
class Plan:
    """What a batch would do: a result for each item (None: to be created), and the rows to write."""

    results: list[Result | None]
    writes: dict[Key, Write]

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
        if found.differing:
            before = found if found.id is not None else None
            plan.writes[target.key_of(row)] = Write(found.item, row, before)
    return plan


async def write(tx: WriteTx, target: Target, plan: Plan) -> tuple[list[Result], list[Change]]:
    """Writes what a plan says; answers the results of all items and the rows that were written."""
    # In the order of the batch, so that of two new rows the later one has the later id.
    in_order = sorted(plan.writes.values(), key=lambda planned: planned.item)
    new = [planned.row for planned in in_order if planned.before is None]
    changed = [planned for planned in plan.writes.values() if planned.before is not None]
    written = []
    if new:
        written += await tx.all(target.insert, rows=Jsonb(new))
    if changed:
        names = frozenset[str]().union(*(planned.before.differing for planned in changed))
        written += await tx.all(target.update(names), rows=Jsonb([planned.row for planned in changed]))
    changes = []
    for stored in written:
        planned = plan.writes[tuple(stored[1:])]
        outcome = Outcome.CREATED if planned.before is None else Outcome.CHANGED
        plan.results[planned.item] = Result(outcome, str(stored.id))
        changes.append(Change(str(stored.id), planned.before, planned.row))
    return plan.preview(), changes


def _left_out(item: Item) -> Result:
    if item.violations:
        return Result(Outcome.REFUSED, violations=item.violations)
    return Result(Outcome.SUPERSEDED)


def _outcome(found: Any) -> Result | None:
    if found.id is None:
        return None
    return Result(Outcome.CHANGED if found.differing else Outcome.UNCHANGED, str(found.id))
