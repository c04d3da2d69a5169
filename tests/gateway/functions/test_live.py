"""What each screen needs to see change: the write touches what the screen's query has read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from albertplus.catalog.v1 import offering_pb2

from gateway.live.keys import touches
from tests.gateway.functions.world import ARTS, World, course, offering, page, program, weekly

pytestmark = pytest.mark.asyncio(loop_scope="module")
WHO = "live_student"
COURSES, SECTIONS = "courses:getCourses", "courseOfferings:getCourseOfferings"
SCHEDULE, ADD = "userCourseOfferings:getUserCourseOfferings", "userCourseOfferings:addUserCourseOffering"
IN_FALL = {"term": "fall", "year": 2025.0}
CLOSED = offering_pb2.OFFERING_STATUS_CLOSED
Write = Callable[[World], Awaitable[Any]]


def by_student(name: str, **args: Any) -> Write:
    """The student calls a function in another tab."""
    return lambda world: world.value(name, args, who=WHO)


async def close_section(world: World) -> None:
    await world.put_offerings(offering(7001, "LIVE-UA 1", status=CLOSED, meetings=[weekly(1)]))


async def rename_course(world: World) -> None:
    await world.put_courses(course("LIVE-UA 1", "Renamed"))


async def change_program(world: World) -> None:
    await world.put_programs(program("Living (BA)", url="https://changed.example"))


async def change_term(world: World) -> None:
    await world.configure(next_term="spring")


# Each screen's query, and each change that has to reach it.
NEEDS = [
    ("appConfigs:getAllAppConfigs", {}, change_term),
    ("courses:getCourseByCode", {"code": "LIVE-UA 1"}, rename_course),
    (COURSES, {"level": "undergraduate", **page()}, rename_course),
    (COURSES, {"level": "undergraduate", "query": "live", **page()}, rename_course),
    (SECTIONS, {**IN_FALL, **page()}, close_section),
    (SECTIONS, {**IN_FALL, "query": "live", **page()}, close_section),
    (SECTIONS, {**IN_FALL, **page()}, rename_course),
    (SCHEDULE, {}, close_section),
    (SCHEDULE, {}, by_student(ADD, classNumber=7002.0)),
    ("programs:getPrograms", page(), change_program),
    (
        "userCourses:getUserCourses",
        {},
        by_student("userCourses:createUserCourse", courseCode="LIVE-UA 1", title="Live", **IN_FALL),
    ),
    ("userCourseOfferings:getCourseOfferingsByClassNumbers", {"classNumbers": [7001.0]}, close_section),
]


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def _before(world: World) -> None:
    await world.configure(next_term="fall", next_year="2025", current_term="fall", current_year="2025")
    await world.put_courses(course("LIVE-UA 1", "Live"))
    await world.put_programs(program("Living (BA)"))
    await world.put_offerings(
        offering(7001, "LIVE-UA 1", meetings=[weekly(1)], school=ARTS), offering(7002, "LIVE-UA 1")
    )
    for row in await world.value(SCHEDULE, who=WHO):
        await world.value("userCourseOfferings:removeUserCourseOffering", {"id": row["_id"]}, who=WHO)
    for row in await world.value("userCourses:getUserCourses", who=WHO):
        await world.value("userCourses:deleteUserCourse", {"id": row["_id"]}, who=WHO)
    await world.value(ADD, {"classNumber": 7001.0}, who=WHO)


@pytest.mark.parametrize(("name", "args", "write"), NEEDS, ids=lambda value: getattr(value, "__name__", None))
async def test_a_screen_hears_of_what_it_shows(
    world: World, name: str, args: dict[str, Any], write: Write
) -> None:
    outcome = await world.run(name, args, who=WHO)
    assert outcome.reads is not None
    assert not outcome.reads.incomplete
    read = frozenset(key for each in outcome.reads.reads for key in each.keys)
    written = await world.announced_by(write)
    assert touches(read, written)
    assert (await world.run(name, args, who=WHO)).value != outcome.value


async def test_a_schedule_does_not_hear_of_sections_it_does_not_hold(world: World) -> None:
    outcome = await world.run(SCHEDULE, {}, who="live_stranger")
    assert outcome.reads is not None
    read = frozenset(key for each in outcome.reads.reads for key in each.keys)
    assert not touches(read, await world.announced_by(close_section))
