"""When and where a section meets: any number of meetings, and the one time that the frontends know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from albertplus.catalog.v1 import offering_pb2

WEEKDAYS = {
    "monday": offering_pb2.WEEKDAY_MONDAY,
    "tuesday": offering_pb2.WEEKDAY_TUESDAY,
    "wednesday": offering_pb2.WEEKDAY_WEDNESDAY,
    "thursday": offering_pb2.WEEKDAY_THURSDAY,
    "friday": offering_pb2.WEEKDAY_FRIDAY,
    "saturday": offering_pb2.WEEKDAY_SATURDAY,
    "sunday": offering_pb2.WEEKDAY_SUNDAY,
}
_NAMES = {number: name for name, number in WEEKDAYS.items()}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class BadTime(ValueError):
    """This is no time of day."""


def flat(meetings: Sequence[offering_pb2.Meeting]) -> dict[str, Any]:
    """`days`, `startTime`, `endTime` and `location` of the main meeting of the week.

    That is the first that has days and is not held once only, else the first that has days, else the
    first; others at the same time of day add their days.
    """
    main = _main(meetings)
    if main is None:
        return {"days": [], "startTime": None, "endTime": None, "location": None}
    timed = main.HasField("start_minute") and main.HasField("end_minute")
    return {
        "days": [_NAMES[day] for day in sorted(_days(main, meetings)) if day in _NAMES],
        "startTime": clock(main.start_minute) if timed else None,
        "endTime": clock(main.end_minute) if timed else None,
        "location": main.location or None,
    }


def of_fields(fields: Mapping[str, Any]) -> list[offering_pb2.Meeting]:
    """The meetings that flat fields tell of: one, or none. Raises BadTime."""
    meeting = offering_pb2.Meeting(location=fields.get("location") or "")
    meeting.days.extend(WEEKDAYS[day] for day in dict.fromkeys(fields["days"]))
    for field, name in (("start_minute", "startTime"), ("end_minute", "endTime")):
        if fields.get(name):
            setattr(meeting, field, minute(fields[name]))
    return [meeting] if meeting.ListFields() else []


def clock(minutes: int) -> str:
    """A minute of the day as people write it.

    >>> clock(545)
    '09:05'
    """
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minute(text: str) -> int:
    """The minute of the day. Raises BadTime."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > 1440:
        raise BadTime(f"{text!r} is not a time such as 09:30")
    return int(found[1]) * 60 + int(found[2])


def _main(meetings: Sequence[offering_pb2.Meeting]) -> offering_pb2.Meeting | None:
    weekly = [each for each in meetings if each.days]
    regular = [each for each in weekly if not each.first_date or each.first_date != each.last_date]
    return next(iter((*regular, *weekly, *meetings)), None)


def _days(main: offering_pb2.Meeting, meetings: Sequence[offering_pb2.Meeting]) -> set[offering_pb2.Weekday]:
    same = (each for each in meetings if _when(each) == _when(main))
    return {day for each in same for day in each.days}


def _when(meeting: offering_pb2.Meeting) -> tuple[object, ...]:
    times = meeting.HasField("start_minute"), meeting.start_minute, meeting.end_minute
    return (*times, meeting.first_date, meeting.last_date)
