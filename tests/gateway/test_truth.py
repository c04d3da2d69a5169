"""Students change their schedules at two gateways while parts of the system come and go.

After each change its author sees it; and when everything is quiet, every view is what the database says.
"""

from __future__ import annotations

import asyncio
import random

import pytest
from albertplus.planner.v1 import schedule_service_pb2, schedule_service_pb2_grpc

from cli.dev.nats import Nats
from tests.gateway.live_client import LiveStream, Update, watch
from tests.gateway.rig import Rig
from tests.gateway.sections import ADD_OFFERING, CLOSED, GET_SCHEDULE, OPEN, add, get_schedule, load

NUMBERS = range(7001, 7007)
CHANGES = 30
REMOVE_ENTRY = "albertplus.planner.v1.ScheduleService/RemoveEntry"
Schedule = schedule_service_pb2.GetScheduleResponse


class Student:
    """Watches the schedule on one gateway, and now and then changes it."""

    def __init__(self, rig: Rig, name: str, gateway: int, own: range, seed: int) -> None:
        """Changes only the sections `own`, so that another window of the same student does not."""
        self.name = name
        self._own = own
        self.view = Schedule()
        self._stream: LiveStream = rig.live(name, gateway=gateway)
        self._random = random.Random(seed)  # noqa: S311  a schedule of changes, not a secret

    async def open(self) -> None:
        """The first view."""
        await self._stream.start(watch(GET_SCHEDULE, get_schedule()))
        self._see(await self._stream.update())

    async def change(self, number: int) -> None:
        """Adds or removes one section, and checks that the view shows it with the outcome."""
        section = self._random.choice(self._own)
        entry = next((each.id for each in self.view.entries if each.class_number == section), None)
        if entry is None:
            await self._stream.mutate(f"m{number}", ADD_OFFERING, add(section))
        else:
            removal = schedule_service_pb2.RemoveEntryRequest(id=entry)
            await self._stream.mutate(f"m{number}", REMOVE_ENTRY, removal)
        if await self._succeeds(f"m{number}"):
            assert (section in self._sections()) == (entry is None)

    async def until_it_is(self, truth: Schedule) -> None:
        """Returns when the view is the truth."""
        while self.view != truth:
            self._see(await self._stream.update())

    async def _succeeds(self, request_id: str) -> bool:
        while True:
            update = await self._stream.update()
            self._see(update)
            for outcome in update.completed:
                if outcome.request_id == request_id:
                    return outcome.HasField("response")

    def _see(self, update: Update) -> None:
        for result in update.results:
            if result.HasField("response"):
                self.view = Schedule.FromString(result.response)

    def _sections(self) -> set[int]:
        return {entry.class_number for entry in self.view.entries}


async def trouble(rig: Rig, broker: Nats) -> None:
    """The broker goes and comes back, then each service does."""
    await broker.stop()
    await load(rig, *NUMBERS, status=CLOSED)
    await broker.start()
    for service in ("catalog", "planner"):
        await rig.stop_service(service)
        await rig.start_service(service)
    await load(rig, *NUMBERS, status=OPEN)
    await load(rig, *NUMBERS[:3], status=CLOSED)


async def changes(student: Student) -> None:
    """One student's part."""
    for number in range(CHANGES):
        await student.change(number)


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_view_ends_as_the_truth(fragile_rig: Rig, broker: Nats, seed: int) -> None:
    await fragile_rig.start_gateway()
    await load(fragile_rig, *NUMBERS)
    # Two windows of one student, at two gateways, and one of another.
    students = [
        Student(fragile_rig, "alice", 0, NUMBERS[:3], seed),
        Student(fragile_rig, "alice", 1, NUMBERS[3:], seed + 10),
        Student(fragile_rig, "bob", 1, NUMBERS, seed + 20),
    ]
    await asyncio.gather(*(student.open() for student in students))
    await asyncio.gather(trouble(fragile_rig, broker), *(changes(student) for student in students))
    stub = schedule_service_pb2_grpc.ScheduleServiceStub(fragile_rig.channel())
    for student in students:
        truth = await stub.GetSchedule(get_schedule(), metadata=fragile_rig.signed_in(student.name))
        await asyncio.wait_for(student.until_it_is(truth), 5)
