"""What a student plans, and when two sections of a timetable cannot both be attended. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import product

EVERY_DAY = frozenset(range(7))


class Season(IntEnum):
    """Part of a calendar year; the numbers follow the calendar."""

    J_TERM = 1
    WINTER = 2
    SPRING = 3
    SUMMER = 4
    FALL = 5

    @property
    def slug(self) -> str:
        """The name people write, such as ``j-term``."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, order=True)
class Term:
    """One term; terms sort by time."""

    year: int
    season: Season


@dataclass(frozen=True, order=True)
class SectionKey:
    """What names one section: universities use a class number again in another term."""

    term: Term
    class_number: int


@dataclass(frozen=True)
class Meeting:
    """When a section meets: on `days` (Monday = 0), at minutes of the day, from the first to the last date.

    Without both minutes it has no time. A date of None leaves that side open to the end of the term;
    two equal dates make a single meeting, on the weekday of that date whatever `days` says.
    """

    days: frozenset[int] = frozenset()
    start_minute: int | None = None
    end_minute: int | None = None
    first_date: date | None = None
    last_date: date | None = None

    @property
    def weekdays(self) -> frozenset[int]:
        """The days it really meets on."""
        if self.first_date is not None and self.first_date == self.last_date:
            return frozenset({self.first_date.weekday()})
        return self.days


@dataclass(frozen=True)
class Section:
    """The part of a catalog's offering that decides about conflicts."""

    key: SectionKey
    cancelled: bool = False
    meetings: tuple[Meeting, ...] = field(default=())


@dataclass(frozen=True)
class Choice:
    """What a row of the schedule and a row of the plan have in common."""

    id: str
    term: Term
    alternative_of: str | None
    """The main row this one would replace; None for a main row."""


@dataclass(frozen=True)
class Entry(Choice):
    """One section in a student's schedule. The database gives the time when it stores it."""

    class_number: int
    create_time: datetime | None = None

    @property
    def key(self) -> SectionKey:
        """The section."""
        return SectionKey(self.term, self.class_number)


@dataclass(frozen=True)
class StudentCourse(Choice):
    """One course in a student's plan or history. The database gives the times when it stores it."""

    course_code: str
    title: str
    grade: str | None = None
    """Such as ``a-``; None before there is one."""
    credits: float | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None

    @property
    def key(self) -> tuple[Term, str]:
        """What is in the plan at most once."""
        return self.term, self.course_code


def overlap(first: Meeting, second: Meeting) -> bool:
    """Whether somebody would have to be in both at once. Touching is no overlap."""
    if not _same_minutes(first, second):
        return False
    return bool(first.weekdays & second.weekdays & _shared_weekdays(first, second))


def conflict(first: Section, second: Section) -> bool:
    """Whether two sections cannot both be attended: same term, neither cancelled, some meetings overlap."""
    if first.key.term != second.key.term or first.cancelled or second.cancelled:
        return False
    return any(overlap(one, other) for one, other in product(first.meetings, second.meetings))


def conflicting(section: Section, others: Iterable[Section]) -> list[SectionKey]:
    """The keys of those `others` that conflict with `section`, in their order."""
    return [other.key for other in others if conflict(section, other)]


def heir(
    alternatives: Sequence[Entry], others: Sequence[Section], sections: Mapping[SectionKey, Section]
) -> Entry:
    """Which of the `alternatives` becomes the main when theirs is removed from beside `others`.

    The first whose section is still offered and conflicts with none of the others; if there is no such
    one, the first. `sections` holds the sections the catalog knows. There must be an alternative.
    """
    for entry in alternatives:
        section = sections.get(entry.key)
        if section and not section.cancelled and not conflicting(section, others):
            return entry
    return alternatives[0]


def _same_minutes(first: Meeting, second: Meeting) -> bool:
    if first.start_minute is None or first.end_minute is None:
        return False
    if second.start_minute is None or second.end_minute is None:
        return False
    return first.start_minute < second.end_minute and second.start_minute < first.end_minute


def _shared_weekdays(first: Meeting, second: Meeting) -> frozenset[int]:
    """The weekdays that occur within both date ranges."""
    start = max(first.first_date or date.min, second.first_date or date.min)
    end = min(first.last_date or date.max, second.last_date or date.max)
    length = (end - start).days + 1
    if length >= len(EVERY_DAY):
        return EVERY_DAY
    return frozenset((start + timedelta(days=day)).weekday() for day in range(max(length, 0)))
