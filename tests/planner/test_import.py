"""Importing a student's history."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from albertplus.planner.v1 import student_course_pb2 as pb
from google.rpc import error_details_pb2
from hypothesis import given
from hypothesis import strategies as st

from services.planner.imports import plan_import
from services.planner.model import Season, StudentCourse, Term
from tests.planner.fake_catalog import SPRING, FakeCatalog
from tests.planner.student import Student, outcomes, planned, refused


async def grades(student: Student) -> dict[str, int]:
    """The grade of each course."""
    return {course.course_code: course.grade for course in (await student.page()).student_courses}


async def test_new_courses_are_added_in_their_order(alice: Student) -> None:
    answer = await alice.take_over(*(planned(f"CS {number}") for number in range(250)))
    assert (answer.inserted, answer.updated, answer.duplicates) == (250, 0, 0)
    found = (await alice.page()).student_courses
    assert [course.course_code for course in found] == [f"CS {number}" for number in range(250)]
    assert [course.id for course in found] == list(answer.ids)


async def test_a_course_without_a_grade_takes_it_over(alice: Student) -> None:
    course = await alice.plan("A")
    answer = await alice.take_over(planned("A", grade=pb.GRADE_B, title="Another"))
    assert (answer.inserted, answer.updated, answer.duplicates) == (0, 1, 0)
    assert list(answer.ids) == [course.id]
    (stored,) = (await alice.page()).student_courses
    assert (stored.grade, stored.title) == (pb.GRADE_B, course.title)


async def test_a_grade_is_never_replaced(alice: Student) -> None:
    await alice.plan("A", grade=pb.GRADE_A)
    answer = await alice.take_over(planned("A", grade=pb.GRADE_F), planned("A"))
    assert (answer.inserted, answer.updated, answer.duplicates) == (0, 0, 2)
    assert await grades(alice) == {"A": pb.GRADE_A}


async def test_an_import_sees_its_own_courses(alice: Student) -> None:
    items = (planned("A"), planned(" A "), planned("A", grade=pb.GRADE_C), planned("A", grade=pb.GRADE_D))
    answer = await alice.take_over(*items)
    assert (answer.inserted, answer.updated, answer.duplicates) == (1, 1, 2)
    assert len(set(answer.ids)) == 1
    assert await grades(alice) == {"A": pb.GRADE_C}


async def test_importing_again_changes_nothing(alice: Student) -> None:
    items = [planned(f"CS {number}", grade=pb.GRADE_A) for number in range(20)]
    first = await alice.take_over(*items)
    before = (await alice.page()).student_courses
    again = await alice.take_over(*items)
    assert (again.inserted, again.updated, again.duplicates, again.ids) == (0, 0, 20, first.ids)
    assert (await alice.page()).student_courses == before


async def test_an_import_is_all_or_nothing(alice: Student) -> None:
    main = await alice.plan("A")
    items = (planned("B"), planned("C", alternative_of=main.id, term=SPRING))
    assert (await refused(alice.take_over(*items))).reason == "INVALID_ALTERNATIVE"
    assert set(await grades(alice)) == {"A"}


async def test_an_import_may_add_alternatives(alice: Student) -> None:
    main = await alice.plan("A")
    await alice.take_over(planned("B", alternative_of=main.id))
    assert [course.alternative_of for course in (await alice.page()).student_courses] == ["", main.id]


async def test_an_import_does_not_need_the_catalog(alice: Student, catalog: FakeCatalog) -> None:
    await catalog.stop()
    assert (await alice.take_over(planned("A"))).inserted == 1


async def test_two_tabs_importing_one_history_import_it_once(alice: Student, other_tab: Student) -> None:
    items = [planned(f"CS {number}", grade=pb.GRADE_A) for number in range(30)]
    answers, refusals = await outcomes(alice.take_over(*items), other_tab.take_over(*items))
    assert refusals == []
    assert sorted(answer.inserted for answer in answers) == [0, 30]
    assert answers[0].ids == answers[1].ids


@pytest.mark.parametrize("broken", [planned(""), planned("A", title=" "), pb.StudentCourse(course_code="A")])
async def test_a_course_that_is_not_complete(alice: Student, broken: pb.StudentCourse) -> None:
    refusal = await refused(alice.take_over(planned("Z"), broken))
    assert refusal.reason == "INVALID_ARGUMENT"
    assert refusal.detail(error_details_pb2.BadRequest).field_violations
    assert await grades(alice) == {}


FALL = Term(2024, Season.FALL)
items = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([None, "a", "f"])), max_size=8)


def course(prefix: str, number: int, code: str, grade: str | None) -> StudentCourse:
    """A course with an id that says where it came from."""
    now = datetime(2024, 9, 1, tzinfo=UTC)
    return StudentCourse(f"{prefix}{number}", FALL, None, code, "A title", grade, create_time=now)


@given(st.dictionaries(st.sampled_from("ABC"), st.sampled_from([None, "a"])), items)
def test_an_import_does_what_one_by_one_would(
    stored: dict[str, str | None], new: list[tuple[str, str | None]]
) -> None:
    rows = [course("row", number, *each) for number, each in enumerate(stored.items())]
    plan = plan_import(rows, [course("item", number, *each) for number, each in enumerate(new)])
    held, counts = dict(stored), {"inserted": 0, "updated": 0, "duplicates": 0}
    for code, grade in new:
        known, better = code in held, held.get(code) is None and grade is not None
        counts["inserted" if not known else "updated" if better else "duplicates"] += 1
        held[code] = grade if not known or better else held[code]
    assert counts == {
        "inserted": len(plan.inserted),
        "updated": plan.updated,
        "duplicates": plan.duplicates,
    }
    after = {row.course_code: row.grade for row in (*rows, *plan.inserted, *plan.graded)}
    assert after == held
