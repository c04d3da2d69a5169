"""Courses: rows to messages, ingested messages to rows."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import course_pb2, course_service_pb2

from services.catalog.commands.courses import NAMED
from services.catalog.model import prerequisites, rules
from services.catalog.model.batch import Item, Row, Violation
from services.catalog.model.text import line, storable
from services.catalog.wire.batch import violations
from services.catalog.wire.shape import shape


def course(row: Any) -> course_pb2.Course:
    """A stored course."""
    return course_pb2.Course(
        id=str(row.id),
        code=row.code,
        subject=row.subject,
        subject_name=row.subject_name,
        level=row.level,
        school=row.school,
        title=row.title,
        credits_min=row.credits_min,
        credits_max=row.credits_max,
        description=row.description,
        url=row.url,
        prerequisite=row.prerequisite,
        prerequisite_text=row.prerequisite_text,
        create_time=row.create_time,
        update_time=row.update_time,
    )


def item(message: course_pb2.CourseInput) -> Item:
    """An ingested course as a row, and the rules it breaks."""
    row = _row(message)
    broken = violations(message)
    if message.HasField("prerequisite"):
        broken += _prerequisite(row, message)
    if not broken:
        broken = [*rules.not_blank(row, "code", "subject", "school", "title"), *rules.without_nul(row)]
    return Item(row, broken)


def filters(request: course_service_pb2.ListCoursesRequest) -> dict[str, Any]:
    """The filters of a list that are set."""
    given: dict[str, Any] = {
        "level": storable(request.level),
        "schools": [storable(each) for each in request.schools],
        "subject": storable(line(request.subject)),
    }
    given = {name: value for name, value in given.items() if value}
    return given | ({"credits": request.credits} if request.HasField("credits") else {})


def _row(message: course_pb2.CourseInput) -> Row:
    return {
        "code": line(message.code),
        "subject": line(message.subject),
        "subject_name": line(message.subject_name),
        "level": message.level,
        "school": line(message.school),
        "title": line(message.title),
        "credits_min": message.credits_min,
        "credits_max": message.credits_max or message.credits_min,
        "description": message.description,
        "url": message.url.strip(),
        "prerequisite": None,
        "prerequisite_text": message.prerequisite_text,
        NAMED: [],
    }


def _prerequisite(row: Row, message: course_pb2.CourseInput) -> list[Violation]:
    tree = shape(message.prerequisite)
    broken = prerequisites.check(tree)
    if not broken:
        row["prerequisite"], row[NAMED] = tree, prerequisites.clean(tree)
    return broken
