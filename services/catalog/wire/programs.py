"""Programs and schools: rows to messages, ingested messages to rows."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import program_pb2, program_service_pb2, school_pb2, school_service_pb2

from services.catalog.model import requirements, rules
from services.catalog.model.batch import Item, Row
from services.catalog.model.text import line, storable
from services.catalog.wire.batch import violations
from services.catalog.wire.shape import shape


def program(row: Any) -> program_pb2.Program:
    """A stored program with its requirements."""
    return program_pb2.Program(
        id=str(row.id),
        name=row.name,
        level=row.level,
        school=row.school,
        url=row.url,
        requirements=row.requirements,
        create_time=row.create_time,
        update_time=row.update_time,
    )


def program_item(message: program_pb2.ProgramInput) -> Item:
    """An ingested program as a row, and the rules it breaks."""
    row: Row = {
        "name": line(message.name),
        "level": message.level,
        "school": line(message.school),
        "url": message.url.strip(),
        "requirements": [shape(each) for each in message.requirements],
    }
    broken = violations(message)
    broken += requirements.check(row["requirements"])
    if not broken:
        requirements.clean(row["requirements"])
        broken += [*rules.not_blank(row, "name", "school"), *rules.without_nul(row)]
    return Item(row, broken)


def program_filters(request: program_service_pb2.ListProgramsRequest) -> dict[str, Any]:
    """The filters of a list that are set."""
    given = {
        "name": storable(line(request.name)),
        "level": storable(request.level),
        "school": storable(request.school),
    }
    return {name: value for name, value in given.items() if value}


def school(row: Any) -> school_pb2.School:
    """A stored school."""
    return school_pb2.School(
        id=str(row.id),
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        create_time=row.create_time,
        update_time=row.update_time,
    )


def school_item(message: school_pb2.SchoolInput) -> Item:
    """An ingested school as a row, and the rules it breaks."""
    row: Row = {
        "name": line(message.name),
        "short_name": line(message.short_name),
        "level": message.level,
    }
    broken = violations(message)
    if not broken:
        broken = [*rules.not_blank(row, "name"), *rules.without_nul(row)]
    return Item(row, broken)


def school_filters(request: school_service_pb2.ListSchoolsRequest) -> dict[str, Any]:
    """The filters of a list that are set."""
    given = {"name": storable(line(request.name)), "level": storable(request.level)}
    return {name: value for name, value in given.items() if value}
