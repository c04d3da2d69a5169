"""students, studentInvites and userCourses: what is the caller's own."""

from __future__ import annotations

from typing import Any

import pytest
from albertplus.catalog.v1.school_pb2 import SchoolInput

from tests.gateway.functions.world import NOBODY, World, course, program

pytestmark = pytest.mark.asyncio(loop_scope="module")
START: dict[str, Any] = {"year": 2025.0, "term": "fall"}
END: dict[str, Any] = {"year": 2029.0, "term": "spring"}


async def profile(world: World, name: str) -> dict[str, Any]:
    """Arguments of a profile, with a program and a school of its own."""
    programs = await world.put_programs(program(f"{name} A"), program(f"{name} B"))
    schools = await world.put_schools(SchoolInput(name=f"{name} school", level="undergraduate"))
    return {
        "programs": programs,
        "school": schools[0],
        "startingDate": START,
        "expectedGraduationDate": END,
    }


async def test_a_profile_is_made_replaced_and_changed(world: World) -> None:
    who, args = world.student(), await profile(world, "One")
    assert await world.value("students:getCurrentStudent", who=who) is None
    id_ = await world.value("students:upsertCurrentStudent", args, who=who)
    found = await world.value("students:getCurrentStudent", who=who)
    assert (found["_id"], found["userId"], found["school"]["_id"]) == (id_, who, args["school"])
    assert [each["_id"] for each in found["programs"]] == args["programs"]
    assert (found["startingDate"], found["expectedGraduationDate"]) == (START, END)
    fewer = {**args, "programs": args["programs"][1:] * 2}
    assert await world.value("students:upsertCurrentStudent", fewer, who=who) == id_
    change = {"startingDate": {"year": 2024.0, "term": "j-term"}}
    assert await world.value("students:updateCurrentStudent", change, who=who) == id_
    assert await world.value("students:updateCurrentStudent", {}, who=who) == id_
    found = await world.value("students:getCurrentStudent", who=who)
    assert [each["name"] for each in found["programs"]] == ["One B"]
    assert found["startingDate"] == change["startingDate"]


async def test_what_is_gone_from_the_catalog_does_not_fail_the_profile(world: World) -> None:
    who, args = world.student(), await profile(world, "Two")
    await world.value("students:upsertCurrentStudent", args, who=who)
    await world.drop_program(args["programs"][0])
    await world.drop_school(args["school"])
    found = await world.value("students:getCurrentStudent", who=who)
    assert [each["name"] for each in found["programs"]] == ["Two B"]
    assert found["school"] is None


async def test_a_profile_must_be_there_to_be_changed(world: World) -> None:
    for change in ({}, {"startingDate": START}):
        data = await world.data("students:updateCurrentStudent", change, who=world.student())
        assert data == "Student not found"


async def test_a_profile_that_cannot_be_is_refused_in_words(world: World) -> None:
    who, args = world.student(), await profile(world, "Three")
    data = await world.data("students:upsertCurrentStudent", {**args, "programs": []}, who=who)
    assert "program_ids" in data
    year = {**args, "startingDate": {"year": 2.0, "term": "fall"}}
    assert "2 is not a year" in await world.data("students:upsertCurrentStudent", year, who=who)
    late = {**args, "startingDate": {"year": 2030.0, "term": "fall"}}
    assert "before" in await world.data("students:upsertCurrentStudent", late, who=who)
    await world.value("students:upsertCurrentStudent", args, who=who)
    change = {"startingDate": late["startingDate"]}
    assert isinstance(await world.data("students:updateCurrentStudent", change, who=who), str)


async def test_an_invite_is_asked_for_once(world: World) -> None:
    who, args = world.student(), {"name": "Alice", "email": "alice@example.com"}
    assert await world.value("studentInvites:getCurrentUserInvite", who=who) is None
    id_ = await world.value("studentInvites:createInvite", args, who=who)
    found = await world.value("studentInvites:getCurrentUserInvite", who=who)
    assert {**found, "_creationTime": 0} == {"_id": id_, "_creationTime": 0, "userId": who, **args}
    data = await world.data("studentInvites:createInvite", args, who=who)
    assert data == "Invite already exists for this user"
    bad = {**args, "email": "nonsense"}
    assert "email" in await world.data("studentInvites:createInvite", bad, who=world.student())


TAKEN: dict[str, Any] = {"courseCode": "CSCI-UA 101", "title": "Intro", "year": 2024.0, "term": "fall"}


async def rows(world: World, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await world.value("userCourses:getUserCourses", who=who)
    return found


async def test_a_course_is_planned_changed_and_dropped(world: World) -> None:
    who = world.student()
    await world.put_courses(course("CSCI-UA 101", "Introduction"))
    id_ = await world.value("userCourses:createUserCourse", {**TAKEN, "grade": "b+"}, who=who)
    (row,) = await rows(world, who)
    shown = row.pop("course")
    assert (shown["code"], shown["title"]) == ("CSCI-UA 101", "Introduction")
    assert {**row, "_creationTime": 0} == {
        "_id": id_,
        "_creationTime": 0,
        "userId": who,
        **TAKEN,
        "grade": "b+",
    }
    move = {"id": id_, "term": "j-term", "year": 2026.0}
    assert await world.value("userCourses:updateUserCourse", move, who=who) is None
    await world.value("userCourses:updateUserCourse", {"id": id_, "year": 2027.0, "grade": "a-"}, who=who)
    await world.value("userCourses:updateUserCourse", {"id": id_, "title": "New"}, who=who)
    await world.value("userCourses:updateUserCourse", {"id": id_}, who=who)
    (row,) = await rows(world, who)
    assert [row[key] for key in ("term", "year", "grade", "title")] == ["j-term", 2027.0, "a-", "New"]
    assert await world.value("userCourses:deleteUserCourse", {"id": id_}, who=who) is None
    assert await rows(world, who) == []


async def test_courses_come_in_the_order_they_were_added(world: World) -> None:
    who = world.student()
    for year in (2026.0, 2024.0, 2025.0):
        await world.value("userCourses:createUserCourse", {**TAKEN, "year": year}, who=who)
    found = await rows(world, who)
    assert [row["year"] for row in found] == [2026.0, 2024.0, 2025.0]
    assert "grade" not in found[0]


async def test_a_course_that_the_catalog_does_not_have_is_null(world: World) -> None:
    who = world.student()
    await world.value("userCourses:createUserCourse", {**TAKEN, "courseCode": "AP 1", "title": " "}, who=who)
    (row,) = await rows(world, who)
    assert (row["course"], row["title"]) == (None, "AP 1")


async def test_a_course_is_in_a_term_once(world: World) -> None:
    who = world.student()
    await world.value("userCourses:createUserCourse", TAKEN, who=who)
    said = "CSCI-UA 101 already exists in fall 2024"
    assert await world.data("userCourses:createUserCourse", TAKEN, who=who) == said
    other = await world.value("userCourses:createUserCourse", {**TAKEN, "year": 2025.0}, who=who)
    move = {"id": other, "year": 2024.0, "term": "fall"}
    assert await world.data("userCourses:updateUserCourse", move, who=who) == said
    await world.value("userCourses:createUserCourse", TAKEN, who=world.student())


@pytest.mark.parametrize("change", [{}, {"title": "x"}, {"year": 2024.0}])
async def test_the_courses_of_others_do_not_exist(world: World, change: dict[str, Any]) -> None:
    id_ = await world.value("userCourses:createUserCourse", TAKEN, who=world.student())
    said = "Uncaught Error: User course not found or unauthorized"
    for each in (id_, NOBODY):
        args = {"id": each, **change}
        failure = await world.failure("userCourses:updateUserCourse", args, who=world.student())
        assert (failure.text, failure.data) == (said, None)
        failure = await world.failure("userCourses:deleteUserCourse", {"id": each}, who=world.student())
        assert failure.text == said


async def test_an_alternative_hangs_on_a_course_of_ones_own(world: World) -> None:
    who = world.student()
    main = await world.value("userCourses:createUserCourse", TAKEN, who=who)
    other = {**TAKEN, "courseCode": "B 1", "alternativeOf": main}
    id_ = await world.value("userCourses:createUserCourse", other, who=who)
    assert [row.get("alternativeOf") for row in await rows(world, who)] == [None, main]
    said = "Main course not found or unauthorized"
    assert await world.data("userCourses:createUserCourse", other, who=world.student()) == said
    await world.value("userCourses:deleteUserCourse", {"id": main}, who=who)
    assert [(row["_id"], row.get("alternativeOf")) for row in await rows(world, who)] == [(id_, None)]


async def test_a_year_in_which_no_term_can_be_is_refused(world: World) -> None:
    data = await world.data("userCourses:createUserCourse", {**TAKEN, "year": 2.0})
    assert data == "2 is not a year in which a term can be"


async def test_a_history_is_imported(world: World) -> None:
    who = world.student()
    await world.value("userCourses:createUserCourse", TAKEN, who=who)
    items = [{**TAKEN, "grade": "a"}, {**TAKEN, "grade": "b"}, {**TAKEN, "courseCode": "X 1"}]
    found = await world.value("userCourses:importUserCourses", {"courses": items}, who=who)
    ids = found.pop("ids")
    assert found == {"inserted": 1.0, "updated": 1.0, "duplicates": 1.0}
    assert len(ids) == 3
    assert [(row["courseCode"], row.get("grade")) for row in await rows(world, who)] == [
        ("CSCI-UA 101", "a"),
        ("X 1", None),
    ]
    nothing = await world.value("userCourses:importUserCourses", {"courses": []}, who=who)
    assert nothing == {"inserted": 0.0, "updated": 0.0, "duplicates": 0.0, "ids": []}


async def test_a_mutation_happens_once_for_a_key(world: World) -> None:
    who = world.student()
    first = await world.run("userCourses:createUserCourse", TAKEN, who=who, key="session/1")
    again = await world.run("userCourses:createUserCourse", TAKEN, who=who, key="session/1")
    assert first.value == again.value is not None
    assert first.writes
    assert [each.commit_time for each in again.writes] == [each.commit_time for each in first.writes]
    assert len(await rows(world, who)) == 1


async def test_what_is_ones_own_is_known_to_be(world: World) -> None:
    for name in ("students:getCurrentStudent", "userCourses:getUserCourses"):
        outcome = await world.run(name, who=world.student())
        assert outcome.reads is not None
        assert outcome.reads.personal
