"""What an import of a student's courses does to each of them. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.planner.model import StudentCourse


@dataclass(frozen=True)
class ImportPlan:
    """The outcome of an import."""

    inserted: tuple[StudentCourse, ...]
    """New rows, in the order of the items."""
    graded: tuple[StudentCourse, ...]
    """Rows that were there and got the grade they have here."""
    updated: int
    duplicates: int
    ids: tuple[str, ...]
    """For each item the id of the row that holds its course now."""


def plan_import(rows: Sequence[StudentCourse], items: Sequence[StudentCourse]) -> ImportPlan:
    """Compares the `items` of an import, in order, with the student's `rows` and with the items before.

    A course that is new in its term is inserted; one that is there without a grade takes over the item's
    grade, if that has one; anything else is a duplicate and changes nothing.
    """
    stored = {row.id for row in rows}
    held = {row.key: row for row in rows}
    touched: dict[str, StudentCourse] = {}
    updated = duplicates = 0
    ids: list[str] = []
    for item in items:
        found = held.get(item.key)
        if found is None:
            row = item
        elif found.grade is None and item.grade is not None:
            row = replace(found, grade=item.grade)
            updated += 1
        else:
            row = found
            duplicates += 1
        if row is not found:
            held[row.key] = touched[row.id] = row
        ids.append(row.id)
    inserted = tuple(row for row in touched.values() if row.id not in stored)
    graded = tuple(row for row in touched.values() if row.id in stored)
    return ImportPlan(inserted, graded, updated, duplicates, tuple(ids))
