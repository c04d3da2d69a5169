"""A student's plan and history: reading, creating, changing and deleting."""

from __future__ import annotations

import base64
import json

import grpc
import pytest
from albertplus.catalog.v1 import course_pb2
from albertplus.planner.v1 import student_course_pb2
from google.rpc import error_details_pb2

from tests.planner.fake_catalog import FALL, SPRING, FakeCatalog
from tests.planner.student import Student, outcomes, planned, refused

NOBODYS = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"
CS101, CS102 = "CSCI-UA 101", "CSCI-UA 102"


async def codes(student: Student) -> list[str]:
    """The codes in the student's plan."""
    return [course.course_code for course in (await student.page()).student_courses]


async def test_a_plan_shows_the_courses_of_the_catalog(alice: Student, catalog: FakeCatalog) -> None:
    catalog.courses[CS101] = course_pb2.Course(code=CS101, title="Intro")
    created = await alice.plan(CS101, title="My title", grade=student_course_pb2.GRADE_A_MINUS, credits=4.5)
    (course,) = (await alice.page()).student_courses
    assert course == created
    assert (course.course.title, course.title, course.credits) == ("Intro", "My title", 4.5)
    assert course.grade == student_course_pb2.GRADE_A_MINUS
    assert course.create_time.seconds
    assert course.update_time == course.create_time


async def test_a_course_the_catalog_does_not_have(alice: Student) -> None:
    await alice.plan("TRANSFER 1")
    (course,) = (await alice.page()).student_courses
    assert not course.HasField("course")
    assert not course.HasField("credits")
    assert course.grade == student_course_pb2.GRADE_UNSPECIFIED


async def test_every_grade_comes_back(alice: Student) -> None:
    grades = student_course_pb2.Grade.values()
    await alice.take_over(*(planned(f"CS {grade}", grade=grade) for grade in grades))
    assert [course.grade for course in (await alice.page()).student_courses] == grades


async def test_a_whole_plan_takes_one_question(alice: Student, catalog: FakeCatalog) -> None:
    for number in range(5):
        await alice.plan(f"CS {number}")
    catalog.questions = 0
    assert len(await codes(alice)) == 5
    assert catalog.questions == 1


async def test_a_plan_is_in_the_order_of_terms(alice: Student) -> None:
    await alice.plan("B", term=SPRING)
    await alice.plan("C", term=FALL)
    await alice.plan("A", term=FALL)
    assert await codes(alice) == ["C", "A", "B"]
    page = await alice.page(term=SPRING)
    assert [course.course_code for course in page.student_courses] == ["B"]


async def test_pages_hold_every_course_once(alice: Student) -> None:
    expected = [(await alice.plan(f"CS {number}")).course_code for number in range(7)]
    found: list[str] = []
    token = ""
    while token or not found:
        page = await alice.page(page_size=3, page_token=token)
        found += [course.course_code for course in page.student_courses]
        token = page.next_page_token
    assert found == expected


async def test_a_page_token_of_another_list(alice: Student) -> None:
    for number in range(2):
        await alice.plan(f"CS {number}")
    token = (await alice.page(page_size=1)).next_page_token
    for request in ({"page_token": token, "term": FALL}, {"page_token": "nonsense"}):
        refusal = await refused(alice.page(**request))
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_PAGE_TOKEN")


@pytest.mark.parametrize(("place", "value"), [(1, "x"), (1, 2**40), (2, None), (3, "soon"), (4, 7)])
async def test_a_page_token_made_up(alice: Student, place: int, value: object) -> None:
    for number in range(2):
        await alice.plan(f"CS {number}")
    content = json.loads(base64.urlsafe_b64decode((await alice.page(page_size=1)).next_page_token + "=="))
    content[place] = value
    token = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    assert (await refused(alice.page(page_token=token))).reason == "INVALID_PAGE_TOKEN"


async def test_what_cannot_be_stored(alice: Student) -> None:
    refusal = await refused(alice.plan(CS101, title="Int\0ro"))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
    assert await codes(alice) == []


async def test_a_course_twice_in_a_term(alice: Student) -> None:
    await alice.plan(CS101)
    await alice.plan(CS101, term=SPRING)
    refusal = await refused(alice.plan(f"  {CS101.replace(' ', '   ')} "))
    assert refusal.code == grpc.StatusCode.ALREADY_EXISTS
    assert refusal.reason == "STUDENT_COURSE_ALREADY_EXISTS"
    assert refusal.metadata == {"course_code": CS101, "year": "2024", "season": "fall"}
    assert refusal.message == f"{CS101} already exists in fall 2024."


async def test_two_tabs_creating_one_course_create_it_once(alice: Student, other_tab: Student) -> None:
    created, refusals = await outcomes(alice.plan(CS101), other_tab.plan(CS101))
    assert (len(created), [each.reason for each in refusals]) == (1, ["STUDENT_COURSE_ALREADY_EXISTS"])


async def test_two_tabs_moving_courses_onto_one_another(alice: Student, other_tab: Student) -> None:
    first = await alice.plan(CS101, term=FALL)
    second = await alice.plan(CS102, term=FALL)
    moves = (
        alice.replan(first.id, course_code="X", term=SPRING),
        other_tab.replan(second.id, course_code="X", term=SPRING),
    )
    moved, refusals = await outcomes(*moves)
    assert (len(moved), [each.reason for each in refusals]) == (1, ["STUDENT_COURSE_ALREADY_EXISTS"])


async def test_blanks_are_no_text(alice: Student) -> None:
    refusal = await refused(alice.plan(CS101, title=" "))
    assert refusal.reason == "INVALID_ARGUMENT"
    (violation,) = refusal.detail(error_details_pb2.BadRequest).field_violations
    assert violation.field == "student_course.title"


async def test_optional_fields_can_be_cleared(alice: Student) -> None:
    main = await alice.plan(CS101)
    values = {"alternative_of": main.id, "grade": student_course_pb2.GRADE_B, "credits": 0.0}
    course = await alice.plan(CS102, **values)
    assert (course.alternative_of, course.HasField("credits")) == (main.id, True)
    cleared = await alice.replan(course.id, "grade", "credits", "alternative_of")
    assert cleared.grade == student_course_pb2.GRADE_UNSPECIFIED
    assert not cleared.HasField("credits")
    assert not cleared.HasField("alternative_of")


async def test_fields_outside_of_the_mask_are_left_alone(alice: Student) -> None:
    course = await alice.plan(CS101, grade=student_course_pb2.GRADE_P, credits=2)
    changed = await alice.replan(course.id, title="Another")
    assert changed.update_time.ToNanoseconds() > course.update_time.ToNanoseconds()
    changed.update_time.CopyFrom(course.update_time)
    course.title = "Another"
    assert changed == course


async def test_a_change_to_a_course_that_is_there_already(alice: Student) -> None:
    await alice.plan(CS101)
    other = await alice.plan(CS102, term=SPRING)
    await alice.replan(other.id, course_code=CS101)
    refusal = await refused(alice.replan(other.id, term=FALL))
    assert refusal.reason == "STUDENT_COURSE_ALREADY_EXISTS"
    assert refusal.metadata == {"course_code": CS101, "year": "2024", "season": "fall"}


async def test_alternatives_of_a_deleted_course_stand_for_themselves(alice: Student) -> None:
    main = await alice.plan(CS101)
    await alice.plan(CS102, alternative_of=main.id)
    await alice.forget(main.id)
    (course,) = (await alice.page()).student_courses
    assert (course.course_code, course.HasField("alternative_of")) == (CS102, False)


async def test_alternatives_of_a_course_that_moves_stand_for_themselves(alice: Student) -> None:
    main = await alice.plan(CS101)
    await alice.plan(CS102, alternative_of=main.id)
    await alice.replan(main.id, term=SPRING)
    assert not any(course.HasField("alternative_of") for course in (await alice.page()).student_courses)


async def test_what_cannot_be_an_alternative(alice: Student, bob: Student) -> None:
    main, bobs = await alice.plan(CS101), await bob.plan(CS101)
    alternative = await alice.plan(CS102, alternative_of=main.id)
    for calls in (
        alice.plan("X", alternative_of=bobs.id),
        alice.plan("X", alternative_of=NOBODYS),
        alice.plan("X", alternative_of=main.id, term=SPRING),
        alice.plan("X", alternative_of=alternative.id),
        alice.replan(main.id, alternative_of=main.id),
    ):
        assert (await refused(calls)).reason == "INVALID_ALTERNATIVE"


async def test_the_courses_of_another_student_are_not_there(alice: Student, bob: Student) -> None:
    course = await alice.plan(CS101)
    assert await codes(bob) == []
    for call in (bob.forget, lambda each: bob.replan(each, title="Mine")):
        for each in (course.id, NOBODYS):
            refusal = await refused(call(each))
            assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "STUDENT_COURSE_NOT_FOUND")
            assert refusal.metadata == {"student_course_id": each}
    assert (await alice.page()).student_courses[0] == course


async def test_without_the_catalog_calls_that_show_it_say_try_later(
    alice: Student, catalog: FakeCatalog
) -> None:
    course = await alice.plan(CS101)
    await catalog.stop()
    for call in (alice.page(), alice.plan(CS102), alice.replan(course.id, title="X")):
        assert (await refused(call)).code == grpc.StatusCode.UNAVAILABLE
    await alice.forget(course.id)
    assert await codes(alice) == []
