"""Rows of sections, with `meetings` or with one flat time, into what the catalog takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from albertplus.catalog.v1 import offering_pb2
from albertplus.catalog.v1.offering_input_pb2 import OfferingInput
from albertplus.catalog.v1.offering_pb2 import Meeting
from albertplus.catalog.v1.term_pb2 import (
    SEASON_FALL,
    SEASON_J_TERM,
    SEASON_SPRING,
    SEASON_SUMMER,
    SEASON_WINTER,
    Season,
    Term,
)

from cli.importing.fields import Fields, unknown_word, whole_number
from cli.importing.problems import Invalid, describe

SEASONS: dict[str, Season] = {
    "spring": SEASON_SPRING,
    "summer": SEASON_SUMMER,
    "fall": SEASON_FALL,
    "j-term": SEASON_J_TERM,
    "winter": SEASON_WINTER,
}
STATUSES = {
    "open": offering_pb2.OFFERING_STATUS_OPEN,
    "closed": offering_pb2.OFFERING_STATUS_CLOSED,
    "waitlist": offering_pb2.OFFERING_STATUS_WAITLIST,
    "cancelled": offering_pb2.OFFERING_STATUS_CANCELLED,
}
DAYS = {
    "monday": offering_pb2.WEEKDAY_MONDAY,
    "tuesday": offering_pb2.WEEKDAY_TUESDAY,
    "wednesday": offering_pb2.WEEKDAY_WEDNESDAY,
    "thursday": offering_pb2.WEEKDAY_THURSDAY,
    "friday": offering_pb2.WEEKDAY_FRIDAY,
    "saturday": offering_pb2.WEEKDAY_SATURDAY,
    "sunday": offering_pb2.WEEKDAY_SUNDAY,
}

_FLAT_TIME = ("days", "startTime", "endTime", "location")
_KEYS = frozenset(
    {"courseCode", "classNumber", "title", "section", "description", "year", "term", "level", "school"}
    | {
        "instructors",
        "status",
        "waitlistNum",
        "seatsTotal",
        "seatsAvailable",
        "isCorequisite",
        "corequisiteOf",
    }
    | {"meetings", *_FLAT_TIME}
)
_MEETING_KEYS = frozenset(
    {"kind", "days", "startTime", "endTime", "location", "date", "firstDate", "lastDate"}
)

SectionKey = tuple[int, str, int]
"""Year, season as the file spells it, class number."""


def offering_input(fields: Fields) -> OfferingInput:
    """The section of a row."""
    fields.only(_KEYS)
    return OfferingInput(
        course_code=fields.line("courseCode"),
        class_number=fields.integer("classNumber", 64),
        term=Term(year=fields.integer("year"), season=fields.choice("term", SEASONS)),
        section=fields.line("section", ""),
        title=fields.line("title", ""),
        description=fields.text("description", ""),
        level=fields.text("level"),
        school=fields.line("school"),
        instructors=fields.lines("instructors"),
        meetings=_meetings(fields),
        status=fields.choice("status", STATUSES),
        seats_total=fields.optional_integer("seatsTotal"),
        seats_available=fields.optional_integer("seatsAvailable"),
        waitlist_count=fields.optional_integer("waitlistNum"),
        corequisite=fields.flag("isCorequisite"),
        corequisite_of=fields.optional_integer("corequisiteOf", 64),
    )


def section_key(row: dict[str, Any]) -> SectionKey | None:
    """The natural key of a row, None if it has none (converting it will say why)."""
    year, season, number = (
        whole_number(row.get("year")),
        row.get("term"),
        whole_number(row.get("classNumber")),
    )
    if year is None or number is None or type(season) is not str:
        return None
    return year, season, number


def _meetings(fields: Fields) -> list[Meeting]:
    row = fields.row
    entries = fields.list("meetings")
    flat = {key: value for key in _FLAT_TIME if (value := row.get(key)) not in (None, [], "")}
    if not flat:
        return [_meeting(entry, place) for place, entry in enumerate(entries)]
    if entries:
        raise Invalid("meetings", f"can't stand beside {', '.join(flat)}; a row has one or the other")
    return [_convert(Fields(flat))]


def _meeting(entry: object, place: int) -> Meeting:
    try:
        if type(entry) is not dict:
            raise Invalid("", f"must be an object, not {describe(entry)}")
        fields = Fields(entry)
        fields.only(_MEETING_KEYS)
        return _convert(fields)
    except Invalid as error:
        raise Invalid(f"meetings[{place}]" + (f".{error.field}" if error.field else ""), error.rule) from None


def _convert(fields: Fields) -> Meeting:
    once = _date(fields, "date")
    return Meeting(
        kind=fields.line("kind", ""),
        days=_days(fields),
        start_minute=fields.minute("startTime"),
        end_minute=fields.minute("endTime"),
        location=fields.line("location", ""),
        first_date=once or _date(fields, "firstDate"),
        last_date=once or _date(fields, "lastDate"),
    )


def _days(fields: Fields) -> list[offering_pb2.Weekday]:
    days = []
    for word in fields.list("days"):
        day = DAYS.get(word) if type(word) is str else None
        if day is None:
            raise Invalid("days", unknown_word(str(word), DAYS))
        days.append(day)
    return days


def _date(fields: Fields, key: str) -> str:
    """An ISO date that exists, "" if there is none."""
    text = fields.text(key, "")
    if text:
        try:
            if date.fromisoformat(text).isoformat() == text:
                return text
        except ValueError:
            pass
        raise Invalid(key, f'must be a date like "2026-12-16", not "{text[:40]}"')
    return text
