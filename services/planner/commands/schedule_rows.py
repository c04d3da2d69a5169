"""The statements that write rows of a schedule, each for rows of one student only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Uuid, bindparam, case, delete, null, or_, update
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from services.planner.commands.unique import unique_or
from services.planner.errors import AlreadyScheduled
from services.planner.model import Entry
from services.planner.queries import ENTRY_COLUMNS, entries_from
from services.planner.tables import schedule_entries

_row = schedule_entries.c
_MINE = _row.student_id == bindparam("student")
_VALUES: dict[str, Any] = {
    name: bindparam(name) for name in ("year", "season", "alternative_of", "class_number")
}

# That a concurrent transaction inserted the section is a serialization failure: the command starts over.
_INSERT = (
    insert(schedule_entries)
    .values(id=bindparam("id"), student_id=bindparam("student"), **_VALUES)
    .on_conflict_do_nothing()
    .returning(*ENTRY_COLUMNS)
)
_UPDATE = update(schedule_entries).where(_MINE, _row.id == bindparam("id")).values(**_VALUES)
_DELETE = delete(schedule_entries).where(_MINE, _row.id == bindparam("id"))
_NEW_MAIN = bindparam("new_main", type_=Uuid)
# One statement, because in between there would be an alternative of an alternative.
_RELINK = (
    update(schedule_entries)
    .where(_MINE, or_(_row.id == bindparam("old_main"), _row.alternative_of == bindparam("old_main")))
    .values(alternative_of=case((_row.id == _NEW_MAIN, null()), else_=_NEW_MAIN))
)


async def insert_row(tx: WriteTx, student: str, entry: Entry) -> Entry:
    """Inserts `entry`, whose section the student does not have, and returns it as stored."""
    return entries_from(await tx.all(_INSERT, id=entry.id, student=student, **_values(entry)))[0]


async def update_row(tx: WriteTx, student: str, entry: Entry) -> Entry:
    """Writes the changeable fields of `entry`, which exists. Refuses with AlreadyScheduled."""
    with unique_or(AlreadyScheduled(entry.class_number, entry.term.year, entry.term.season.slug)):
        await tx.execute(_UPDATE, id=entry.id, student=student, **_values(entry))
    return entry


async def delete_row(tx: WriteTx, student: str, entry_id: str) -> None:
    """Deletes an entry that has no alternatives."""
    await tx.execute(_DELETE, id=entry_id, student=student)


async def relink(tx: WriteTx, student: str, old_main: str, new_main: str) -> None:
    """Makes `new_main` the main of `old_main` and of all its other alternatives."""
    await tx.execute(_RELINK, student=student, old_main=old_main, new_main=new_main)


def _values(entry: Entry) -> dict[str, object]:
    return {
        "year": entry.term.year,
        "season": entry.term.season.value,
        "alternative_of": entry.alternative_of,
        "class_number": entry.class_number,
    }
