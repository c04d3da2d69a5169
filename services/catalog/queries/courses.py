"""Reading courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Double, Text, Uuid, and_, any_, bindparam, select

from services.catalog.errors import CourseNotFound
from services.catalog.model.text import line, storable
from services.catalog.queries.listing import Listing, Page, Range
from services.catalog.queries.source import Source
from services.catalog.tables import courses

_COLUMNS = [column for column in courses.c if column.name not in ("code_order", "search")]
_SELECT = select(*_COLUMNS)
_BY_ID = _SELECT.where(courses.c.id == bindparam("id"))
_BY_CODE = _SELECT.where(courses.c.code == bindparam("code"))
_BY_IDS = _SELECT.where(courses.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_BY_CODES = _SELECT.where(courses.c.code == any_(bindparam("codes", type_=ARRAY(Text))))
_LISTING = Listing(
    columns=_COLUMNS,
    order=[courses.c.code_order, courses.c.id],
    conditions={
        "level": courses.c.level == bindparam("level"),
        "schools": courses.c.school == any_(bindparam("schools", type_=ARRAY(Text))),
        "subject": courses.c.subject == bindparam("subject"),
        "credits": and_(
            courses.c.credits_min <= bindparam("credits", type_=Double),
            courses.c.credits_max >= bindparam("credits", type_=Double),
        ),
    },
    search=courses.c.search,
    newest=[courses.c.id],
)


async def course_by_id(tx: Source, course_id: str) -> Any:
    """The course with an id. Refuses with CourseNotFound."""
    row = await tx.one(_BY_ID, id=course_id)
    if row is None:
        raise CourseNotFound(course_id=course_id)
    return row


async def course_by_code(tx: Source, code: str) -> Any:
    """The course with a code, however it is spaced. Refuses with CourseNotFound."""
    row = await tx.one(_BY_CODE, code=comparable(code))
    if row is None:
        raise CourseNotFound(course_code=code)
    return row


async def courses_by_id(tx: Source, ids: Sequence[str]) -> dict[str, Any]:
    """The courses with these ids, by id."""
    return {str(row.id): row for row in await tx.all(_BY_IDS, ids=list(ids))} if ids else {}


async def courses_by_code(tx: Source, codes: Sequence[str]) -> dict[str, Any]:
    """The courses with these codes (as `comparable` makes them), by code."""
    return {row.code: row for row in await tx.all(_BY_CODES, codes=list(codes))} if codes else {}


async def list_courses(tx: Source, filters: Mapping[str, Any], query: str, part: Range) -> Page:
    """A page of courses: by relevance for a query, else by code."""
    return await _LISTING.page(tx, filters, query, part)


def comparable(code: str) -> str:
    """A code as courses have it."""
    return storable(line(code))
