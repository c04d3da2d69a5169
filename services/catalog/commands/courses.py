"""Writing courses."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, select

from runtime.db import ReadTx, WriteTx
from services.catalog.commands import upsert
from services.catalog.errors import CourseNotFound
from services.catalog.model.batch import Item, Result, refuse_unknown
from services.catalog.tables import courses

_TARGET = upsert.Target(
    courses,
    key=("code",),
    values=(
        "subject",
        "subject_name",
        "level",
        "school",
        "title",
        "credits_min",
        "credits_max",
        "description",
        "url",
        "prerequisite",
        "prerequisite_text",
    ),
)
_KNOWN = select(courses.c.code).where(courses.c.code == any_(bindparam("codes", type_=ARRAY(Text))))
_DELETE = delete(courses).where(courses.c.id == bindparam("id")).returning(courses.c.id)
NAMED = "prerequisite_codes"
"""Where an item's row lists the courses that its prerequisite names, with their paths."""


async def upsert_courses(tx: WriteTx, items: Sequence[Item]) -> list[Result]:
    """Creates or replaces courses by code. A prerequisite on a course that neither exists nor comes with
    the batch refuses its item."""
    results, _ = await upsert.write(tx, _TARGET, await _plan(tx, items))
    return results


async def preview_courses(tx: ReadTx, items: Sequence[Item]) -> list[Result]:
    """What `upsert_courses` would answer."""
    return (await _plan(tx, items)).preview()


async def delete_course(tx: WriteTx, course_id: str) -> None:
    """Deletes a course; its sections stay. Refuses with CourseNotFound."""
    if await tx.one(_DELETE, id=course_id) is None:
        raise CourseNotFound(course_id=course_id)


async def _plan(tx: ReadTx, items: Sequence[Item]) -> upsert.Plan:
    named = {code for item in items if not item.violations for _, code in item.row[NAMED]}
    known = [row.code for row in await tx.all(_KNOWN, codes=list(named))] if named else []
    fresh = [Item({**item.row}, [*item.violations]) for item in items]  # the work may have to run again
    refuse_unknown(fresh, known, code="code", named=NAMED, rule="there is no course {}")
    return await upsert.compare(tx, _TARGET, fresh)
