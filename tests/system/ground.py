"""A running system and ways to break it, and a registrar who keeps changing a section in every schedule."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
from collections.abc import Callable

import grpc
from albertplus.catalog.v1 import offering_input_pb2, offering_service_pb2, offering_service_pb2_grpc
from albertplus.planner.v1 import schedule_service_pb2, schedule_service_pb2_grpc
from google.protobuf.message import Message

from cli.dev.issuer import LocalIssuer
from tests.support.dev import Dev
from tests.system.students import AGAIN, FALL, QUERIES, Metadata

SECTION = 4711


class Ground:
    """The system; `seats` is what its one changing section has by now."""

    def __init__(self, dev: Dev) -> None:
        self.dev = dev
        self.gateways = [each["grpc"] for each in dev.run["gateways"]]
        self.seats = 0
        self._issuer = LocalIssuer.load(dev.home)

    def signed_in(self, name: str, *, admin: bool = False) -> Callable[[], Metadata]:
        """Gives the metadata of calls as this user."""
        return lambda: (("authorization", f"Bearer {self._issuer.mint(name, admin=admin, ttl=600)}"),)

    def kill(self, name: str) -> None:
        """Kills one of the processes; PostgreSQL is told to stop at once, as an operator does."""
        ready_file = self.dev.home / "ready" / f"{name}.json"
        restarted = json.loads(ready_file.read_text())["pid"] if ready_file.exists() else None
        number = signal.SIGINT if name == "PostgreSQL" else signal.SIGKILL
        os.kill(restarted or self.dev.run["processes"][name], number)

    async def runs_again(self, name: str) -> None:
        """Returns when `albertplus dev` has started it again, and forgets that it did."""
        line = f"{name} runs again\n"
        await self.dev.says(line)
        self.dev.output = self.dev.output.replace(line, "", 1)

    async def count_up(self) -> None:
        """One more seat, by whichever gateway answers."""
        self.seats += 1
        request = offering_service_pb2.BatchUpsertOfferingsRequest(offerings=[_section(self.seats)])
        metadata = (*self.signed_in("ada", admin=True)(), ("idempotency-key", f"seats {self.seats}"))
        for gateway in itertools.cycle(self.gateways):
            async with grpc.aio.insecure_channel(gateway) as channel:
                stub = offering_service_pb2_grpc.OfferingServiceStub(channel)
                try:
                    await stub.BatchUpsertOfferings(request, metadata=metadata, timeout=5)
                except grpc.aio.AioRpcError as error:
                    if error.code() not in AGAIN:
                        raise
                else:
                    return
            await asyncio.sleep(0.05)

    async def schedule(self, student: str) -> None:
        """Puts the section into the student's schedule."""
        request = schedule_service_pb2.AddOfferingRequest()
        request.section.term.CopyFrom(FALL)
        request.section.class_number = SECTION
        async with grpc.aio.insecure_channel(self.gateways[0]) as channel:
            stub = schedule_service_pb2_grpc.ScheduleServiceStub(channel)
            await stub.AddOffering(request, metadata=self.signed_in(student)())

    async def truth(self, student: str, query: str) -> Message:
        """What a fresh call answers to one of `QUERIES`."""
        method, request, view = QUERIES[query]
        async with grpc.aio.insecure_channel(self.gateways[0]) as channel:
            call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{method}")
            return view.FromString(
                await call(request.SerializeToString(), metadata=self.signed_in(student)(), timeout=5)
            )


def _section(seats: int) -> offering_input_pb2.OfferingInput:
    return offering_input_pb2.OfferingInput(
        class_number=SECTION,
        term=FALL,
        course_code="COMP-UG 101",
        section="001",
        title="Counted",
        level="undergraduate",
        school="School of Engineering",
        status="OFFERING_STATUS_OPEN",
        seats_total=100_000,
        seats_available=seats,
    )
