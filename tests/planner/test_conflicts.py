"""The conflict rule, against an oracle that lists every minute of every day of a term."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services.planner.model import Meeting, Season, Section, SectionKey, Term, conflict, conflicting, overlap

FALL = Term(2024, Season.FALL)
FIRST_DAY, DAYS_OF_TERM = date(2024, 9, 26), 24
LAST_DAY = FIRST_DAY + timedelta(days=DAYS_OF_TERM - 1)
MONDAY, TUESDAY, FRIDAY = 0, 1, 4

# Few values, so that many pairs nearly conflict.
dates = st.integers(0, DAYS_OF_TERM - 1).map(lambda day: FIRST_DAY + timedelta(days=day))
times = st.sampled_from([(0, 5), (5, 10), (0, 10), (4, 6), (1435, 1440), None])


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    """A meeting as the catalog lets it in: both minutes or none, both dates or none, each pair in order."""
    days = draw(st.frozensets(st.integers(0, 6), min_size=1, max_size=2))
    start, end = draw(times) or (None, None)
    first = draw(st.none() | dates)
    last = first and min(first + timedelta(days=draw(st.integers(0, 9))), LAST_DAY)
    return Meeting(days, start, end, first, last)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    """A section in one of two terms."""
    term = draw(st.sampled_from([FALL, FALL, FALL, Term(2025, Season.FALL)]))
    key = SectionKey(term, draw(st.integers(1, 1000)))
    return Section(key, draw(st.integers(0, 5)) == 0, tuple(draw(st.lists(meetings(), max_size=2))))


def attended(section: Section) -> set[tuple[date, int]]:
    """Every minute somebody who takes the section is in class."""
    found: set[tuple[date, int]] = set()
    for day in (FIRST_DAY + timedelta(days=number) for number in range(DAYS_OF_TERM)):
        for meeting in section.meetings:
            if meeting.start_minute is not None and meeting.end_minute is not None and _meets(meeting, day):
                found.update((day, minute) for minute in range(meeting.start_minute, meeting.end_minute))
    return found


def _meets(meeting: Meeting, day: date) -> bool:
    if meeting.first_date is None or meeting.last_date is None:
        return day.weekday() in meeting.days
    if meeting.first_date == meeting.last_date:
        return day == meeting.first_date
    return meeting.first_date <= day <= meeting.last_date and day.weekday() in meeting.days


@settings(max_examples=500)
@given(sections(), sections())
def test_sections_conflict_exactly_when_they_share_a_minute(first: Section, second: Section) -> None:
    both_taught = first.key.term == second.key.term and not first.cancelled and not second.cancelled
    shared = attended(first) & attended(second)
    assert conflict(first, second) == (both_taught and bool(shared))


@given(sections(), sections())
def test_conflict_is_symmetric(first: Section, second: Section) -> None:
    assert conflict(first, second) == conflict(second, first)


@given(meetings(), st.integers(1, 1000))
@example(Meeting(frozenset({MONDAY}), 600, 660), 60)
def test_touching_is_no_overlap(meeting: Meeting, length: int) -> None:
    assume(meeting.end_minute is not None and meeting.end_minute < 1440)
    after = replace(meeting, start_minute=meeting.end_minute, end_minute=(meeting.end_minute or 0) + length)
    assert not overlap(meeting, after)


def test_a_week_without_the_shared_day_is_no_overlap() -> None:
    mondays = Meeting(frozenset({MONDAY}), 600, 660, date(2024, 9, 2), date(2024, 12, 2))
    week = Meeting(frozenset({MONDAY, FRIDAY}), 600, 660, date(2024, 9, 3), date(2024, 9, 8))
    assert not overlap(mondays, week)


def test_a_single_meeting_is_on_the_weekday_of_its_date() -> None:
    final = Meeting(frozenset({MONDAY}), 600, 660, date(2024, 12, 10), date(2024, 12, 10))
    assert overlap(final, Meeting(frozenset({TUESDAY}), 600, 660))
    assert not overlap(final, Meeting(frozenset({MONDAY}), 600, 660))


def test_conflicting_keeps_the_order_of_the_others() -> None:
    all_day = (Meeting(frozenset({MONDAY}), 0, 1440),)
    others = [Section(SectionKey(FALL, number), meetings=all_day) for number in (3, 1, 2)]
    section = Section(SectionKey(FALL, 9), meetings=all_day)
    assert conflicting(section, others) == [SectionKey(FALL, number) for number in (3, 1, 2)]
