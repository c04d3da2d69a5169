"""What the rules in the protos let in and what they refuse, and how they say it."""

from __future__ import annotations

from uuid import uuid4

import protovalidate
import pytest
from albertplus.catalog.v1 import (
    course_pb2,
    course_service_pb2,
    offering_input_pb2,
    offering_pb2,
    prerequisite_pb2,
    term_pb2,
)
from albertplus.identity.v1 import student_service_pb2
from albertplus.live.v1 import live_service_pb2
from albertplus.planner.v1 import schedule_service_pb2, student_course_service_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

FALL = term_pb2.Term(year=2025, season=term_pb2.SEASON_FALL)
J_TERM = term_pb2.Term(year=2025, season=term_pb2.SEASON_J_TERM)
ID = str(uuid4())


def problems(message: Message) -> list[str]:
    """What the rules say about a message."""
    return [violation.proto.message or "" for violation in protovalidate.collect_violations(message)]


def section(**changes: object) -> offering_input_pb2.OfferingInput:
    """A valid section, but for the changes."""
    fields: dict[str, object] = {
        "course_code": "CSCI-UA 101",
        "class_number": 20018,
        "term": FALL,
        "level": "undergraduate",
        "school": "College of Arts and Science",
        "status": offering_pb2.OFFERING_STATUS_OPEN,
    }
    return offering_input_pb2.OfferingInput(**{**fields, **changes})  # type: ignore[arg-type]


def meeting(**fields: object) -> offering_input_pb2.OfferingInput:
    """A valid section, but for its one meeting."""
    return section(meetings=[offering_pb2.Meeting(**fields)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "valid",
    [
        section(),
        meeting(),
        meeting(start_minute=0, end_minute=1440),
        meeting(first_date="2024-02-29", last_date="2024-02-29"),
        section(seats_total=0, seats_available=0, waitlist_count=0),
    ],
)
def test_sections_as_universities_have_them_are_let_in(valid: offering_input_pb2.OfferingInput) -> None:
    assert problems(valid) == []


@pytest.mark.parametrize(
    ("invalid", "problem"),
    [
        (meeting(start_minute=600, end_minute=600), "start_minute must be before end_minute"),
        (meeting(start_minute=600), "start_minute and end_minute must be given together"),
        (meeting(first_date="2024-12-11"), "first_date and last_date must be given together"),
        (meeting(first_date="2024-12-11", last_date="2024-12-10"), "first_date must not be after last_date"),
        (
            meeting(first_date="2023-02-29", last_date="2024-01-01"),
            "must be a day of the calendar as YYYY-MM-DD",
        ),
        (section(term=term_pb2.Term(year=2025)), "must be given"),
        (section(term=None), "value is required"),
        (section(class_number=0), "must be greater than 0"),
        (section(course_code=" "), "must not be blank"),
        (section(status=offering_pb2.OFFERING_STATUS_UNSPECIFIED), "must be given"),
        (section(seats_total=1, seats_available=2), "seats_available must not be more than seats_total"),
        (section(corequisite_of=20018), "corequisite_of must name another section"),
    ],
)
def test_an_impossible_section_is_refused_in_plain_words(
    invalid: offering_input_pb2.OfferingInput, problem: str
) -> None:
    assert problem in problems(invalid)


def test_an_unknown_level_is_refused_with_an_example() -> None:
    assert "'undergraduate'" in problems(section(level="Undergraduate"))[0]


def test_a_bad_item_does_not_refuse_its_batch() -> None:
    batch = course_service_pb2.BatchUpsertCoursesRequest(courses=[course_pb2.CourseInput()])
    assert problems(batch) == []


def test_a_batch_has_at_most_1000_items() -> None:
    batch = course_service_pb2.BatchUpsertCoursesRequest(courses=[course_pb2.CourseInput()] * 1001)
    assert problems(batch) == ["must contain no more than 1000 item(s)"]


def test_rules_reach_every_depth_of_a_prerequisite() -> None:
    empty = prerequisite_pb2.Prerequisite()
    tree = prerequisite_pb2.Prerequisite(all=prerequisite_pb2.Prerequisite.All(rules=[empty]))
    assert problems(tree) == ["exactly one field is required in oneof"]


def test_n_of_asks_for_no_more_rules_than_there_are() -> None:
    rule = prerequisite_pb2.Prerequisite(opaque=prerequisite_pb2.Prerequisite.Opaque(text="consent"))
    n_of = prerequisite_pb2.Prerequisite.NOf(k=2, rules=[rule])
    assert problems(n_of) == ["k must not be larger than the number of rules"]


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("grade", None),
        ("alternative_of", None),
        ("credits", None),
        ("term", "course_code, title and term cannot be cleared"),
        ("id", "must only contain paths in [course_code, title, term, alternative_of, grade, credits]"),
    ],
)
def test_only_optional_fields_of_a_student_course_can_be_cleared(field: str, problem: str | None) -> None:
    update = student_course_service_pb2.UpdateStudentCourseRequest(
        student_course={"id": ID}, update_mask=FieldMask(paths=[field])
    )
    assert problems(update) == ([problem] if problem else [])


def test_an_update_names_what_it_changes() -> None:
    update = schedule_service_pb2.UpdateEntryRequest(entry={"id": ID}, update_mask=FieldMask())
    assert problems(update) == ["must name at least one field"]


@pytest.mark.parametrize(("graduation", "allowed"), [(FALL, True), (J_TERM, False)])
def test_nobody_graduates_before_starting(graduation: term_pb2.Term, allowed: bool) -> None:
    student = student_service_pb2.UpsertCurrentStudentRequest(
        program_ids=[ID], school_id=ID, starting_term=FALL, expected_graduation_term=graduation
    )
    assert (problems(student) == []) is allowed


def test_a_watched_method_is_written_without_a_leading_slash() -> None:
    watch = live_service_pb2.SubscribeRequest.Watch(
        query_id="1", method="/albertplus.catalog.v1.CourseService/Get"
    )
    assert len(problems(watch)) == 1
