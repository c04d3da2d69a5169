"""The statements that write rows of a student's plan, each for rows of one student only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Double,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    column,
    delete,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from runtime.outbox import MAX_ROWS_WITH_OWN_KEYS
from services.planner.commands.unique import unique_or
from services.planner.errors import StudentCourseAlreadyExists
from services.planner.model import StudentCourse
from services.planner.queries import COURSE_COLUMNS, courses_from
from services.planner.tables import student_courses

_row = student_courses.c
_MINE = _row.student_id == bindparam("student")
_TYPES: dict[str, Any] = {
    "year": Integer,
    "season": SmallInteger,
    "alternative_of": Uuid,
    "course_code": Text,
    "title": Text,
    "grade": Text,
    "credits": Double,
}


def _unnested(**types: Any) -> Any:
    """Arrays of equal length, one parameter each, as rows of a table."""
    arrays = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


_new = _unnested(id=Uuid, **_TYPES)
# That a concurrent transaction inserted a course is a serialization failure: the command starts over.
_INSERT = (
    insert(student_courses)
    .from_select(
        ["student_id", "id", *_TYPES],
        select(bindparam("student", type_=Text), _new.c.id, *(_new.c[name] for name in _TYPES)),
    )
    .on_conflict_do_nothing()
)
_graded = _unnested(id=Uuid, grade=Text)
_SET_GRADES = (
    update(student_courses)
    .where(_MINE, _row.id == _graded.c.id)
    .values(grade=_graded.c.grade, update_time=func.now())
)
_UPDATE = (
    update(student_courses)
    .where(_MINE, _row.id == bindparam("id"))
    .values(
        {name: bindparam(name, type_=kind) for name, kind in _TYPES.items()} | {"update_time": func.now()}
    )
    .returning(*COURSE_COLUMNS)
)
_DELETE = delete(student_courses).where(_MINE, _row.id == bindparam("id"))
_DETACH = (
    update(student_courses)
    .where(_MINE, _row.alternative_of == bindparam("main"))
    .values(alternative_of=null(), update_time=func.now())
)


async def insert_rows(tx: WriteTx, student: str, courses: Sequence[StudentCourse]) -> None:
    """Inserts `courses`, which the student does not have."""
    # A statement with more rows would announce a change of everybody's courses.
    for start in range(0, len(courses), MAX_ROWS_WITH_OWN_KEYS):
        some = courses[start : start + MAX_ROWS_WITH_OWN_KEYS]
        rows = [{"id": course.id, **_values(course)} for course in some]
        arrays = {name: [row[name] for row in rows] for name in rows[0]}
        await tx.execute(_INSERT, student=student, **arrays)


async def set_grades(tx: WriteTx, student: str, courses: Sequence[StudentCourse]) -> None:
    """Writes the grades of `courses`, which exist."""
    for start in range(0, len(courses), MAX_ROWS_WITH_OWN_KEYS):
        some = courses[start : start + MAX_ROWS_WITH_OWN_KEYS]
        grades = [course.grade for course in some]
        await tx.execute(_SET_GRADES, student=student, id=[course.id for course in some], grade=grades)


async def update_row(tx: WriteTx, student: str, course: StudentCourse) -> StudentCourse:
    """Writes the changeable fields of `course`, which exists, and returns it as stored.

    Refuses with StudentCourseAlreadyExists.
    """
    taken = StudentCourseAlreadyExists(course.course_code, course.term.year, course.term.season.slug)
    with unique_or(taken):
        rows = await tx.all(_UPDATE, student=student, id=course.id, **_values(course))
    return courses_from(rows)[0]


async def delete_row(tx: WriteTx, student: str, course_id: str) -> None:
    """Deletes a course that has no alternatives."""
    await tx.execute(_DELETE, student=student, id=course_id)


async def detach_alternatives(tx: WriteTx, student: str, course_id: str) -> None:
    """Makes the alternatives of a course main rows."""
    await tx.execute(_DETACH, student=student, main=course_id)


def _values(course: StudentCourse) -> dict[str, object]:
    return {
        "year": course.term.year,
        "season": course.term.season.value,
        "alternative_of": course.alternative_of,
        "course_code": course.course_code,
        "title": course.title,
        "grade": course.grade,
        "credits": course.credits,
    }
