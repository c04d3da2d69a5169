"""Changing a student's schedule.

All of a student's entries are read first. Transactions are SERIALIZABLE, so of two that add conflicting
sections at the same time one is run again and then sees what the other added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from runtime.db import WriteTx
from runtime.refusal import Refusal
from services.planner import queries
from services.planner.commands.alternatives import refuse_bad_alternative
from services.planner.commands.schedule_rows import delete_row, insert_row, relink, update_row
from services.planner.errors import (
    AlreadyScheduled,
    EntryNotFound,
    NotAnAlternative,
    OfferingNotFound,
    TimeConflict,
)
from services.planner.fetched import Sections
from services.planner.model import Entry, conflicting, heir


async def add_offering(tx: WriteTx, student: str, new: Entry, force: bool, sections: Sections) -> Entry:
    """Adds `new`, as a main entry or as an alternative.

    Refuses with AlreadyScheduled, OfferingNotFound, InvalidAlternative and, unless `force` or an
    alternative, TimeConflict, in this order.
    """
    rows = await queries.entries(tx, student)
    _refuse_bad_section(new, rows, _rivals(new, rows, force), sections)
    refuse_bad_alternative(new, rows)
    _refuse_conflicts(new, _rivals(new, rows, force), sections)
    return await insert_row(tx, student, new)


async def refusal_of_unknown(tx: WriteTx, student: str, class_number: int) -> Refusal:
    """What to say about a class number that the catalog has in no term: an entry may be left that has it."""
    for row in await queries.entries(tx, student):
        if row.class_number == class_number:
            return AlreadyScheduled(class_number, row.term.year, row.term.season.slug)
    return OfferingNotFound(class_number)


async def update_entry(
    tx: WriteTx, student: str, entry_id: str, changes: Mapping[str, Any], force: bool, sections: Sections
) -> Entry:
    """Gives the fields in `changes` (`class_number`, `term`, `alternative_of`) new values.

    The checks are those of `add_offering`, after EntryNotFound. An entry that leaves its term stops
    being an alternative unless `changes` says of what; the alternatives it leaves behind are promoted as when
    it is removed.
    """
    rows = await queries.entries(tx, student)
    entry = _find(rows, entry_id)
    changed = _changed(entry, changes)
    if changed == entry:
        return entry
    rivals = _rivals(changed, rows, force)
    if changed.key != entry.key:
        _refuse_bad_section(changed, rows, rivals, sections)
    refuse_bad_alternative(changed, rows)
    _refuse_conflicts(changed, rivals, sections)
    if changed.term != entry.term:
        await _promote(tx, student, entry, rows, sections)
    return await update_row(tx, student, changed)


async def remove_entry(tx: WriteTx, student: str, entry_id: str, sections: Sections) -> str | None:
    """Removes an entry. Refuses with EntryNotFound.

    Of its alternatives, the first in order of creation that is still offered and conflicts with no other main
    entry becomes the main (the first at all if there is no such one), and the rest become its alternatives.
    Returns the id of the promoted one.
    """
    rows = await queries.entries(tx, student)
    entry = _find(rows, entry_id)
    promoted = await _promote(tx, student, entry, rows, sections)
    await delete_row(tx, student, entry_id)
    return promoted


async def swap_with_alternative(
    tx: WriteTx, student: str, alternative_id: str, force: bool, sections: Sections
) -> Entry:
    """Makes an alternative the main; the old main and its other alternatives become alternatives of it.

    Refuses with EntryNotFound, NotAnAlternative and, unless `force`, TimeConflict with a main entry
    other than the one swapped out. Returns the new main.
    """
    rows = await queries.entries(tx, student)
    alternative = _find(rows, alternative_id)
    old_main = alternative.alternative_of
    if old_main is None:
        raise NotAnAlternative(alternative_id)
    swapped = replace(alternative, alternative_of=None)
    rivals = [row for row in _rivals(swapped, rows, force) if row.id != old_main]
    _refuse_conflicts(swapped, rivals, sections)
    await relink(tx, student, old_main, alternative_id)
    return swapped


def _find(rows: Sequence[Entry], entry_id: str) -> Entry:
    for row in rows:
        if row.id == entry_id:
            return row
    raise EntryNotFound(entry_id)


def _changed(entry: Entry, changes: Mapping[str, Any]) -> Entry:
    changed = replace(entry, **changes)
    if changed.term != entry.term and "alternative_of" not in changes:
        return replace(changed, alternative_of=None)
    return changed


def _mains(rows: Sequence[Entry], entry: Entry) -> list[Entry]:
    """The main entries of the term of `entry`, other than itself."""
    return [
        row for row in rows if row.term == entry.term and row.alternative_of is None and row.id != entry.id
    ]


def _rivals(entry: Entry, rows: Sequence[Entry], force: bool) -> list[Entry]:
    """The entries `entry` must not conflict with: none for an alternative, none by force."""
    return [] if force or entry.alternative_of is not None else _mains(rows, entry)


def _refuse_bad_section(
    entry: Entry, rows: Sequence[Entry], rivals: Sequence[Entry], sections: Sections
) -> None:
    """Refuses a section that is scheduled already, or that the catalog doesn't have."""
    named = entry.class_number, entry.term.year, entry.term.season.slug
    if any(row.key == entry.key for row in rows):
        raise AlreadyScheduled(*named)
    sections.expect([entry.key, *(row.key for row in rivals)])
    if sections.get(entry.key) is None:
        raise OfferingNotFound(*named)


def _refuse_conflicts(entry: Entry, rivals: Sequence[Entry], sections: Sections) -> None:
    """Refuses with TimeConflict. A section the catalog has dropped takes nobody's time, on either side."""
    if not rivals:
        return
    sections.expect([entry.key, *(row.key for row in rivals)])
    section, others = sections.get(entry.key), sections.known(row.key for row in rivals)
    if section and (found := conflicting(section, others)):
        numbers = tuple(key.class_number for key in found)
        raise TimeConflict(numbers, entry.term.year, entry.term.season.value)


async def _promote(
    tx: WriteTx, student: str, entry: Entry, rows: Sequence[Entry], sections: Sections
) -> str | None:
    """Hands the alternatives of `entry` over to one of them; returns its id."""
    alternatives = [row for row in rows if row.alternative_of == entry.id]
    if not alternatives:
        return None
    new_main = alternatives[0]
    if len(alternatives) > 1:
        new_main = _heir(alternatives, _mains(rows, entry), sections)
    await relink(tx, student, entry.id, new_main.id)
    return new_main.id


def _heir(alternatives: Sequence[Entry], mains: Sequence[Entry], sections: Sections) -> Entry:
    sections.expect(row.key for row in (*alternatives, *mains))
    offered = {section.key: section for section in sections.known(row.key for row in alternatives)}
    return heir(alternatives, sections.known(row.key for row in mains), offered)
