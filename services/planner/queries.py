"""What a student has planned. Every statement selects by the student, so nobody sees another's rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import DateTime, Executable, Integer, Select, Uuid, bindparam, select, tuple_

from runtime.refusal import InvalidPageToken
from services.planner.model import Entry, Season, StudentCourse, Term
from services.planner.tables import schedule_entries, student_courses

_entry, _course = schedule_entries.c, student_courses.c
ENTRY_COLUMNS = (
    _entry.id,
    _entry.year,
    _entry.season,
    _entry.alternative_of,
    _entry.class_number,
    _entry.create_time,
)
COURSE_COLUMNS = (
    _course.id,
    _course.year,
    _course.season,
    _course.alternative_of,
    _course.course_code,
    _course.title,
    _course.grade,
    _course.credits,
    _course.create_time,
    _course.update_time,
)
_POSITION = (_course.year, _course.season, _course.create_time, _course.id)


def _of_term(statement: Select[Any], columns: Any) -> Select[Any]:
    return statement.where(columns.year == bindparam("year"), columns.season == bindparam("season"))


_ENTRIES = (
    select(*ENTRY_COLUMNS)
    .where(_entry.student_id == bindparam("student"))
    .order_by(_entry.create_time, _entry.id)
)
_ENTRIES_OF_TERM = _of_term(_ENTRIES, _entry)
_ENTRY = _ENTRIES.where(_entry.id == bindparam("id"))
_ALTERNATIVES = _ENTRIES.where(_entry.alternative_of == bindparam("main"))
_COURSES = select(*COURSE_COLUMNS).where(_course.student_id == bindparam("student")).order_by(*_POSITION)
_AFTER = tuple_(*_POSITION) > tuple_(
    bindparam("after_year", type_=Integer),
    bindparam("after_season", type_=Integer),
    bindparam("after_time", type_=DateTime(timezone=True)),
    bindparam("after_id", type_=Uuid),
)
_PAGE = _COURSES.where(_AFTER).limit(bindparam("limit", type_=Integer))
_PAGE_OF_TERM = _of_term(_PAGE, _course)
_BEGINNING = (0, 0, "-infinity", "00000000-0000-0000-0000-000000000000")


class Source(Protocol):
    """A transaction, or the database itself for a question of one statement."""

    async def all(self, source: Executable, **parameters: Any) -> list[Any]: ...


async def entries(source: Source, student: str, term: Term | None = None) -> list[Entry]:
    """The student's schedule in the order it was made, of one term or of all."""
    if term is None:
        return entries_from(await source.all(_ENTRIES, student=student))
    rows = await source.all(_ENTRIES_OF_TERM, student=student, year=term.year, season=term.season.value)
    return entries_from(rows)


async def entry(source: Source, student: str, entry_id: str) -> Entry | None:
    """One entry of the student's schedule."""
    return next(iter(entries_from(await source.all(_ENTRY, student=student, id=entry_id))), None)


async def alternatives(source: Source, student: str, main_id: str) -> list[Entry]:
    """The alternatives of one entry of the student's schedule, in the order they were made."""
    return entries_from(await source.all(_ALTERNATIVES, student=student, main=main_id))


async def courses(source: Source, student: str) -> list[StudentCourse]:
    """The student's plan and history, by term and then in the order it was made."""
    return courses_from(await source.all(_COURSES, student=student))


Position = tuple[int, int, str, str]
"""A place in the list of courses: year, season, time as text, id."""


async def page_of_courses(
    source: Source, student: str, term: Term | None, after: Position | None, limit: int
) -> list[StudentCourse]:
    """At most `limit` of the student's courses behind `after`, of one term or of all."""
    names = ("after_year", "after_season", "after_time", "after_id")
    values = dict(zip(names, after or _BEGINNING, strict=True))
    if term is None:
        return courses_from(await source.all(_PAGE, student=student, limit=limit, **values))
    values |= {"year": term.year, "season": term.season.value}
    return courses_from(await source.all(_PAGE_OF_TERM, student=student, limit=limit, **values))


def position_of(course: StudentCourse) -> Position:
    """The place of a stored course in the list."""
    assert course.create_time is not None
    return course.term.year, course.term.season.value, course.create_time.isoformat(), course.id


def position_in(token: Sequence[object]) -> Position:
    """The place in a page token. Those come from outside: raises InvalidPageToken for anything else."""
    try:
        year, season, time, last_id = token
        if not (type(year) is int and type(season) is int and abs(year) < 2**31 and abs(season) < 2**15):
            raise InvalidPageToken
        return year, season, datetime.fromisoformat(str(time)).isoformat(), str(uuid.UUID(str(last_id)))
    except ValueError as error:
        raise InvalidPageToken from error


def entries_from(rows: Sequence[Any]) -> list[Entry]:
    """Rows of `ENTRY_COLUMNS` as entries."""
    return [Entry(**_shared(row), class_number=row.class_number, create_time=row.create_time) for row in rows]


def courses_from(rows: Sequence[Any]) -> list[StudentCourse]:
    """Rows of `COURSE_COLUMNS` as courses."""
    return [
        StudentCourse(
            **_shared(row),
            course_code=row.course_code,
            title=row.title,
            grade=row.grade,
            credits=row.credits,
            create_time=row.create_time,
            update_time=row.update_time,
        )
        for row in rows
    ]


def _shared(row: Any) -> dict[str, Any]:
    main = row.alternative_of
    return {
        "id": str(row.id),
        "term": Term(row.year, Season(row.season)),
        "alternative_of": None if main is None else str(main),
    }
