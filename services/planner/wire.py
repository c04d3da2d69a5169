"""Between messages and the domain. No I/O."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Any

from albertplus.catalog.v1 import course_pb2, offering_pb2, term_pb2
from albertplus.planner.v1 import schedule_pb2, student_course_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from runtime.refusal import InvalidArgument
from services.planner.model import Entry, Meeting, Season, Section, SectionKey, StudentCourse, Term

_GRADES = {
    student_course_pb2.GRADE_A: "a",
    student_course_pb2.GRADE_A_MINUS: "a-",
    student_course_pb2.GRADE_B_PLUS: "b+",
    student_course_pb2.GRADE_B: "b",
    student_course_pb2.GRADE_B_MINUS: "b-",
    student_course_pb2.GRADE_C_PLUS: "c+",
    student_course_pb2.GRADE_C: "c",
    student_course_pb2.GRADE_C_MINUS: "c-",
    student_course_pb2.GRADE_D_PLUS: "d+",
    student_course_pb2.GRADE_D: "d",
    student_course_pb2.GRADE_P: "p",
    student_course_pb2.GRADE_F: "f",
    student_course_pb2.GRADE_W: "w",
}
_GRADE_NUMBERS = {text: number for number, text in _GRADES.items()}


def id_from(text: str) -> str:
    """A UUID, which the request's rules have checked, as ids are written here."""
    return str(uuid.UUID(text))


def term_from(message: term_pb2.Term) -> Term:
    """A term."""
    return Term(message.year, Season(message.season))


def term_message(term: Term) -> term_pb2.Term:
    """A term as a message."""
    return term_pb2.Term(year=term.year, season=term_pb2.Season.Name(term.season.value))


def section_key_from(message: offering_pb2.SectionKey) -> SectionKey:
    """What names a section."""
    return SectionKey(term_from(message.term), message.class_number)


def section_key_message(key: SectionKey) -> offering_pb2.SectionKey:
    """What names a section, as a message."""
    return offering_pb2.SectionKey(term=term_message(key.term), class_number=key.class_number)


def offering_key(offering: offering_pb2.Offering) -> SectionKey:
    """What names the section of an offering."""
    return SectionKey(term_from(offering.term), offering.class_number)


def section_from(offering: offering_pb2.Offering) -> Section:
    """The part of the catalog's section that decides about conflicts."""
    return Section(
        key=offering_key(offering),
        cancelled=offering.status == offering_pb2.OFFERING_STATUS_CANCELLED,
        meetings=tuple(_meeting_from(meeting) for meeting in offering.meetings),
    )


def entry_message(entry: Entry, offering: offering_pb2.Offering | None) -> schedule_pb2.ScheduleEntry:
    """A stored entry, with the catalog's section if there is one."""
    return schedule_pb2.ScheduleEntry(
        id=entry.id,
        class_number=entry.class_number,
        term=term_message(entry.term),
        alternative_of=entry.alternative_of,
        offering=offering,
        create_time=_timestamp(entry.create_time),
    )


def entry_changes(message: schedule_pb2.ScheduleEntry, paths: Collection[str]) -> dict[str, Any]:
    """The fields of an entry that the mask names, with their new values."""
    values: dict[str, Callable[[], Any]] = {
        "class_number": lambda: message.class_number,
        "term": lambda: term_from(message.term),
        "alternative_of": lambda: _alternative_of(message),
    }
    return {path: values[path]() for path in paths}


def course_from(message: student_course_pb2.StudentCourse, new_id: str, field: str) -> StudentCourse:
    """A course to store under a new id. Raises InvalidArgument when `field` has blanks for text."""
    return StudentCourse(
        id=new_id,
        term=term_from(message.term),
        alternative_of=_alternative_of(message),
        course_code=_text(message.course_code, f"{field}.course_code"),
        title=_text(message.title, f"{field}.title"),
        grade=_GRADES.get(message.grade),
        credits=_credits(message),
    )


def course_message(
    course: StudentCourse, joined: course_pb2.Course | None
) -> student_course_pb2.StudentCourse:
    """A stored course, with the catalog's course if there is one."""
    return student_course_pb2.StudentCourse(
        id=course.id,
        course_code=course.course_code,
        title=course.title,
        term=term_message(course.term),
        alternative_of=course.alternative_of,
        grade=_GRADE_NUMBERS[course.grade] if course.grade else student_course_pb2.GRADE_UNSPECIFIED,
        credits=course.credits,
        course=joined,
        create_time=_timestamp(course.create_time),
        update_time=_timestamp(course.update_time),
    )


def course_changes(message: student_course_pb2.StudentCourse, paths: Collection[str]) -> dict[str, Any]:
    """The fields of a course that the mask names, with their new values; None for one that is cleared."""
    values: dict[str, Callable[[], Any]] = {
        "course_code": lambda: _text(message.course_code, "student_course.course_code"),
        "title": lambda: _text(message.title, "student_course.title"),
        "term": lambda: term_from(message.term),
        "alternative_of": lambda: _alternative_of(message),
        "grade": lambda: _GRADES.get(message.grade),
        "credits": lambda: _credits(message),
    }
    return {path: values[path]() for path in paths}


def _alternative_of(message: schedule_pb2.ScheduleEntry | student_course_pb2.StudentCourse) -> str | None:
    return id_from(message.alternative_of) if message.HasField("alternative_of") else None


def _credits(message: student_course_pb2.StudentCourse) -> float | None:
    return message.credits if message.HasField("credits") else None


def _text(text: str, field: str) -> str:
    """Text with single spaces, as the catalog writes codes."""
    found = " ".join(text.split())
    if not found:
        raise InvalidArgument(field, "must not be blank")
    return found


def _meeting_from(message: offering_pb2.Meeting) -> Meeting:
    return Meeting(
        days=frozenset(day - offering_pb2.WEEKDAY_MONDAY for day in message.days),
        start_minute=message.start_minute if message.HasField("start_minute") else None,
        end_minute=message.end_minute if message.HasField("end_minute") else None,
        first_date=_date(message.first_date),
        last_date=_date(message.last_date),
    )


def _date(text: str) -> date | None:
    """A date; None for an empty text or a day that no calendar has, which then limits nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _timestamp(time: datetime | None) -> Timestamp | None:
    if time is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(time.astimezone(UTC))
    return stamp
