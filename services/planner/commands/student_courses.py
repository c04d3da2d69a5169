"""Changing a student's plan and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from runtime.db import WriteTx
from services.planner import queries
from services.planner.commands.alternatives import refuse_bad_alternative
from services.planner.commands.student_course_rows import (
    delete_row,
    detach_alternatives,
    insert_rows,
    set_grades,
    update_row,
)
from services.planner.errors import StudentCourseAlreadyExists, StudentCourseNotFound
from services.planner.imports import ImportPlan, plan_import
from services.planner.model import StudentCourse


async def create_course(tx: WriteTx, student: str, new: StudentCourse) -> StudentCourse:
    """Adds a course. Refuses with StudentCourseAlreadyExists and InvalidAlternative."""
    rows = await queries.courses(tx, student)
    if any(row.key == new.key for row in rows):
        raise StudentCourseAlreadyExists(new.course_code, new.term.year, new.term.season.slug)
    refuse_bad_alternative(new, rows)
    await insert_rows(tx, student, [new])
    return _find(await queries.courses(tx, student), new.id)


async def update_course(
    tx: WriteTx, student: str, course_id: str, changes: Mapping[str, Any]
) -> StudentCourse:
    """Gives the fields in `changes` new values; None clears `grade`, `credits` and `alternative_of`.

    A course that leaves its term stops being an alternative unless `changes` says of what, and its own
    alternatives become main rows. Refuses with StudentCourseNotFound, InvalidAlternative and
    StudentCourseAlreadyExists.
    """
    rows = await queries.courses(tx, student)
    course = _find(rows, course_id)
    changed = _changed(course, changes)
    if changed == course:
        return course
    refuse_bad_alternative(changed, rows)
    if changed.term != course.term:
        await detach_alternatives(tx, student, course_id)
    return await update_row(tx, student, changed)


async def delete_course(tx: WriteTx, student: str, course_id: str) -> None:
    """Deletes a course; its alternatives become main rows. Refuses with StudentCourseNotFound."""
    _find(await queries.courses(tx, student), course_id)
    await detach_alternatives(tx, student, course_id)
    await delete_row(tx, student, course_id)


async def import_courses(tx: WriteTx, student: str, items: Sequence[StudentCourse]) -> ImportPlan:
    """Takes over courses from a record, all or none. Refuses with InvalidAlternative.

    What happens to each is decided by `plan_import`.
    """
    rows = await queries.courses(tx, student)
    plan = plan_import(rows, items)
    everything = [*rows, *plan.inserted]
    for course in plan.inserted:
        refuse_bad_alternative(course, everything)
    await insert_rows(tx, student, plan.inserted)
    await set_grades(tx, student, plan.graded)
    return plan


def _find(rows: Sequence[StudentCourse], course_id: str) -> StudentCourse:
    for row in rows:
        if row.id == course_id:
            return row
    raise StudentCourseNotFound(course_id)


def _changed(course: StudentCourse, changes: Mapping[str, Any]) -> StudentCourse:
    changed = replace(course, **changes)
    if changed.term != course.term and "alternative_of" not in changes:
        return replace(changed, alternative_of=None)
    return changed
