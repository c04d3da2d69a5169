"""Rows of sections: terms, times, days, and the two ways to say when a section meets."""

from __future__ import annotations

from typing import Any

import pytest
from albertplus.catalog.v1.offering_pb2 import Meeting
from albertplus.catalog.v1.term_pb2 import SEASON_FALL, SEASON_J_TERM, Term
from google.protobuf import json_format

from cli.importing.fields import Fields
from cli.importing.kinds import Kind
from cli.importing.offerings import offering_input
from cli.importing.problems import Invalid
from cli.importing.shapes import SHAPES, convert
from tests.cli.importing.rows import meeting, section


def test_every_key_finds_its_field() -> None:
    row = section(
        description="d",
        waitlistNum=3,
        seatsTotal=30,
        seatsAvailable=0,
        isCorequisite=True,
        corequisiteOf=10000,
    )
    assert json_format.MessageToDict(offering_input(Fields(row)), preserving_proto_field_name=True) == {
        "course_code": "COMP-UG 101",
        "class_number": "10001",
        "term": {"year": 2026, "season": "SEASON_FALL"},
        "section": "001",
        "title": "Introduction to Programming",
        "description": "d",
        "level": "undergraduate",
        "school": "School of Engineering",
        "instructors": ["Okafor, Ada"],
        "meetings": [
            {
                "kind": "lecture",
                "days": ["WEEKDAY_MONDAY"],
                "start_minute": 570,
                "end_minute": 645,
                "location": "Hall 1",
            }
        ],
        "status": "OFFERING_STATUS_OPEN",
        "seats_total": 30,
        "seats_available": 0,
        "waitlist_count": 3,
        "corequisite": True,
        "corequisite_of": "10000",
    }


def test_one_flat_time_is_one_meeting() -> None:
    flat: dict[str, Any] = {"days": ["friday"], "startTime": "9:05", "endTime": "10:00", "location": "Hall 1"}
    (found,) = offering_input(Fields(section(meetings=None, **flat))).meetings
    assert json_format.MessageToDict(found) == {
        "days": ["WEEKDAY_FRIDAY"],
        "startMinute": 545,
        "endMinute": 600,
        "location": "Hall 1",
    }


def test_a_section_without_any_time_has_no_meetings() -> None:
    assert not offering_input(Fields(section(meetings=None, days=[]))).meetings


def test_a_meeting_without_days_and_times_is_kept() -> None:
    assert list(offering_input(Fields(section(meetings=[{"kind": "IN", "days": []}]))).meetings) == [
        Meeting(kind="IN")
    ]


def test_a_date_is_a_meeting_that_happens_once() -> None:
    (found,) = offering_input(Fields(section(meetings=[meeting(date="2026-12-16", days=[])]))).meetings
    assert (found.first_date, found.last_date) == ("2026-12-16", "2026-12-16")


@pytest.mark.parametrize(
    ("text", "minute"),
    [("0:00", 0), ("00:00", 0), ("9:30", 570), ("09:30", 570), ("23:59", 1439), ("24:00", 1440)],
)
def test_times_are_minutes_after_midnight(text: str, minute: int) -> None:
    (found,) = offering_input(Fields(section(meetings=[meeting(endTime=text)]))).meetings
    assert found.end_minute == minute


@pytest.mark.parametrize("text", ["25:00", "9:60", "9.30", "9:3", "0930", "9:30 pm", "-1:00", "٩:30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match='must be a time like "09:30"') as refused:
        offering_input(Fields(section(meetings=[meeting(), meeting(startTime=text)])))
    assert refused.value.field == "meetings[1].startTime"


@pytest.mark.parametrize("text", ["2026-02-30", "20261216", "16.12.2026", "2026-W01-1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="must be a date like"):
        offering_input(Fields(section(meetings=[meeting(date=text)])))


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"term": "autumn"}, "term", '"autumn" is unknown; known are spring, summer, fall, j-term, winter'),
        ({"term": None}, "term", "is missing"),
        ({"status": "full"}, "status", '"full" is unknown'),
        ({"year": "2026"}, "year", "must be a whole number"),
        ({"year": 10**12}, "year", "is too large a number"),
        ({"classNumber": 1.5}, "classNumber", "must be a whole number"),
        ({"classNumber": True}, "classNumber", "must be a whole number"),
        ({"classNumber": 2**63}, "classNumber", "is too large a number"),
        ({"seatsTotal": 2**31}, "seatsTotal", "is too large a number"),
        ({"days": ["monday"]}, "meetings", "can't stand beside days"),
        ({"meetings": [meeting(days=["mon"])]}, "meetings[0].days", '"mon" is unknown'),
        ({"meetings": [meeting(days=[["monday"]])]}, "meetings[0].days", "is unknown"),
        ({"meetings": [meeting(room="1")]}, "meetings[0].room", "is not a known key"),
        ({"meetings": ["monday"]}, "meetings[0]", "must be an object"),
        ({"instructors": ["Ada", 1]}, "instructors", "must hold texts only"),
        ({"isCorequisite": "yes"}, "isCorequisite", "must be true or false"),
        ({"school": None}, "school", "is missing"),
    ],
)
def test_what_is_no_section_is_refused_with_key_and_rule(
    changes: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(Invalid) as refused:
        offering_input(Fields(section(**changes)))
    assert refused.value.field == field
    assert rule in refused.value.rule


def test_numbers_written_as_floats_are_whole_numbers() -> None:
    found = offering_input(Fields(section(number=10001.0, year=2026.0)))  # type: ignore[arg-type]
    assert (found.class_number, found.term) == (10001, Term(year=2026, season=SEASON_FALL))


def test_the_j_term_is_a_term() -> None:
    assert offering_input(Fields(section(term="j-term"))).term.season == SEASON_J_TERM


def test_text_that_no_message_can_hold_is_refused_and_no_crash() -> None:
    with pytest.raises(Invalid):
        convert(SHAPES[Kind.OFFERINGS], Fields(section(title="\ud800")))
