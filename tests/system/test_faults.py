"""Two of everything, and all of it dies while students work: nothing is lost, doubled, stale or leaked."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from google.protobuf.message import Message

from tests.support.dev import ready
from tests.system.ground import SECTION, Ground
from tests.system.students import QUERIES, Courses, Schedule, Student, seats

NAMES = ("Ann", "Bea", "Cleo", "Dora")
DEATHS = (
    ("planner", "gateway"),
    ("catalog-2", "NATS"),
    ("planner", "planner-2", "gateway-2"),
    ("PostgreSQL", "catalog"),
)
SETTLED = 5.0
"""Seconds after the last change within which every view is right again."""

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """Two of each process, and the section in the schedule of every student."""
    async with ready(tmp_path_factory.mktemp("home"), "--replicas", "2") as dev:
        ground = Ground(dev)
        await ground.count_up()
        for name in NAMES:
            await ground.schedule(name)
        yield ground


@pytest_asyncio.fixture(loop_scope="module")
async def students(ground: Ground) -> AsyncIterator[list[Student]]:
    """Half of them begin at one gateway, half at the other."""
    found = [
        Student(name, ground.gateways[number % 2 :] + ground.gateways[: number % 2], ground.signed_in(name))
        for number, name in enumerate(NAMES)
    ]
    following = [asyncio.create_task(student.follow()) for student in found]
    yield found
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)


async def everything_dies(ground: Ground) -> None:
    """Some at a time; the next when the last are back."""
    for names in DEATHS:
        for name in names:
            ground.kill(name)
        for name in names:
            await ground.runs_again(name)


async def until(done: asyncio.Event, work: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Repeats `work` with rising numbers until `done`."""
    for number in itertools.count():
        if done.is_set():
            return
        await work(number)
        await asyncio.sleep(0.2)  # the pace of the load, nothing is waited for


async def shown(student: Student, query: str, truth: Message) -> None:
    """Returns when the student is shown the truth."""
    async with asyncio.timeout(SETTLED):
        while student.views.get(query) != truth:
            student.changed.clear()
            await student.changed.wait()


async def test_nothing_is_lost_doubled_stale_or_leaked(ground: Ground, students: list[Student]) -> None:
    done = asyncio.Event()
    # Two change their plan through the live stream, two by plain calls.
    creating = [student.create_live for student in students[:2]] + [each.create for each in students[2:]]
    working = [asyncio.create_task(until(done, create)) for create in creating]
    counting = asyncio.create_task(until(done, lambda _: ground.count_up()))

    await everything_dies(ground)
    done.set()
    await asyncio.wait_for(asyncio.gather(counting, *working), 20)  # what was begun comes to its end

    for student in students:
        for query in QUERIES:
            await shown(student, query, await ground.truth(student.name, query))
        plan, schedule = student.views["courses"], student.views["schedule"]
        assert isinstance(plan, Courses)
        assert isinstance(schedule, Schedule)
        assert sorted(course.course_code for course in plan.student_courses) == sorted(student.created)
        assert seats(schedule) == ground.seats
        assert student.wrong == []
        assert len(student.created) > len(DEATHS)


async def test_a_write_behind_the_services_backs_shows(ground: Ground, students: list[Student]) -> None:
    await shown(students[0], "schedule", await ground.truth("Ann", "schedule"))
    with psycopg.connect(ground.dev.run["databases"]["catalog"]) as connection:
        connection.execute("update offerings set seats_available = 99999 where class_number = %s", [SECTION])
    schedule = await ground.truth("Ann", "schedule")
    assert isinstance(schedule, Schedule)
    assert seats(schedule) == 99_999
    await shown(students[0], "schedule", schedule)
