"""Offerings: rows to messages, ingested messages to rows."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import offering_input_pb2, offering_pb2, offering_service_pb2, term_pb2

from services.catalog.model import rules
from services.catalog.model.batch import Item, Row
from services.catalog.model.offerings import day_mask
from services.catalog.model.text import line, storable
from services.catalog.wire.batch import violations

_OPTIONAL = ("seats_total", "seats_available", "waitlist_count", "corequisite_of")
Section = tuple[int, int, int]


def offering(row: Any) -> offering_pb2.Offering:
    """A stored section."""
    return offering_pb2.Offering(
        id=str(row.id),
        course_code=row.course_code,
        class_number=row.class_number,
        term=term_pb2.Term(year=row.year, season=row.season),
        section=row.section,
        title=row.title,
        description=row.description,
        level=row.level,
        school=row.school,
        instructors=row.instructors,
        meetings=row.meetings,
        status=row.status,
        seats_total=row.seats_total,
        seats_available=row.seats_available,
        waitlist_count=row.waitlist_count,
        corequisite=row.corequisite,
        corequisite_of=row.corequisite_of,
        create_time=row.create_time,
        update_time=row.update_time,
    )


def section(key: offering_pb2.SectionKey) -> Section:
    """The natural key of a section."""
    return key.term.year, int(key.term.season), key.class_number


def section_key(section: Section) -> offering_pb2.SectionKey:
    """The natural key as a message."""
    year, season, class_number = section
    term = term_pb2.Term(year=year, season=season)  # type: ignore[arg-type]
    return offering_pb2.SectionKey(term=term, class_number=class_number)


def item(message: offering_input_pb2.OfferingInput) -> Item:
    """An ingested section as a row, and the rules it breaks."""
    row = _row(message)
    broken = violations(message)
    if not broken:
        broken += rules.not_blank(row, "course_code", "school")
        broken += rules.dates(row["meetings"])
        broken += rules.without_nul(row)
    return Item(row, broken)


def filters(request: offering_service_pb2.ListOfferingsRequest) -> dict[str, Any]:
    """The filters of a list that are set; the term always is."""
    given: dict[str, Any] = {
        "year": request.term.year,
        "season": int(request.term.season),
        "course_codes": [storable(line(code)) for code in request.course_codes],
        "statuses": [int(status) for status in request.statuses],
        "level": storable(request.level),
        "schools": [storable(each) for each in request.schools],
        "days": day_mask([int(day) for day in request.days]),
    }
    given = {name: value for name, value in given.items() if value}
    for name in ("corequisites", "corequisite_of"):
        if request.HasField(name):
            given[name] = getattr(request, name)
    return given


def _row(message: offering_input_pb2.OfferingInput) -> Row:
    row: Row = {
        "course_code": line(message.course_code),
        "class_number": message.class_number,
        "year": message.term.year,
        "season": message.term.season,
        "section": line(message.section),
        "title": line(message.title),
        "description": message.description,
        "level": message.level,
        "school": line(message.school),
        "instructors": [line(name) for name in message.instructors],
        "meetings": [_meeting(each) for each in message.meetings],
        "status": message.status,
        "corequisite": message.corequisite,
    }
    for name in _OPTIONAL:
        row[name] = getattr(message, name) if message.HasField(name) else None
    return row


def _meeting(message: offering_pb2.Meeting) -> Row:
    """A meeting in the shape of its fields, in one spelling: days in order, texts tidy, nothing empty."""
    meeting: Row = {}
    if message.kind:
        meeting["kind"] = line(message.kind)
    if message.days:
        meeting["days"] = sorted(message.days)
    if message.HasField("start_minute"):
        meeting["start_minute"] = message.start_minute
    if message.HasField("end_minute"):
        meeting["end_minute"] = message.end_minute
    if message.location:
        meeting["location"] = line(message.location)
    if message.first_date:
        meeting["first_date"] = message.first_date
        meeting["last_date"] = message.last_date
    return meeting
