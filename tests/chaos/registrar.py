"""Who changes a section that is in every schedule, over and over, by plain calls."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable

import grpc
from albertplus.catalog.v1 import (
    offering_input_pb2,
    offering_service_pb2,
    offering_service_pb2_grpc,
    term_pb2,
)
from albertplus.planner.v1 import schedule_service_pb2, schedule_service_pb2_grpc

from tests.chaos.client import YEAR
from tests.chaos.oracle import Oracle, Write, title

COUNTED = "Counted"
_NUMBER = 4711
_FALL = term_pb2.Term(year=YEAR, season="SEASON_FALL")
_AGAIN = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
}
_PAUSE = 0.3
_TIMEOUT = 3.0


class Registrar:
    """Counts up the version of the common section; `version` is what was acknowledged last."""

    def __init__(self, gateways: list[str], token: Callable[[], str], oracle: Oracle) -> None:
        """`token` is an administrator's."""
        self.version = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self._gateways, self._token, self._oracle = gateways, token, oracle

    async def work(self, going: asyncio.Event) -> None:
        """Counts, while `going`."""
        while True:
            await going.wait()
            self.idle.clear()
            await self.count_up()
            self.idle.set()
            await asyncio.sleep(_PAUSE)

    async def count_up(self) -> None:
        """One more, by whichever gateway answers."""
        write = Write("registrar", COUNTED, self.version + 1, time.monotonic())
        self._oracle.began(write)
        await self._upsert({_NUMBER: title(COUNTED, write.version)})
        self._oracle.done(write, time.monotonic(), None)
        self.version = write.version

    async def prepare(self, users: Iterable[str], token_of: Callable[[str], str]) -> None:
        """The common section, and one of their own, in the schedule of each user."""
        own = {_NUMBER + at: f"{user} own" for at, user in enumerate(users, 1)}
        await self.count_up()
        await self._upsert({number: title(row, 1) for number, row in own.items()})
        async with grpc.aio.insecure_channel(self._gateways[0]) as channel:
            stub = schedule_service_pb2_grpc.ScheduleServiceStub(channel)
            for number, row in own.items():
                metadata = _bearer(token_of(row.removesuffix(" own")))
                for each in (_NUMBER, number):
                    request = schedule_service_pb2.AddOfferingRequest()
                    request.section.term.CopyFrom(_FALL)
                    request.section.class_number = each
                    await stub.AddOffering(request, metadata=metadata, timeout=20)

    async def _upsert(self, titles: dict[int, str]) -> None:
        request = offering_service_pb2.BatchUpsertOfferingsRequest(
            offerings=[_section(number, text) for number, text in titles.items()]
        )
        metadata = (*_bearer(self._token()), ("idempotency-key", " ".join(titles.values())))
        for gateway in itertools.cycle(self._gateways):
            async with grpc.aio.insecure_channel(gateway) as channel:
                stub = offering_service_pb2_grpc.OfferingServiceStub(channel)
                try:
                    await stub.BatchUpsertOfferings(request, metadata=metadata, timeout=_TIMEOUT)
                except grpc.aio.AioRpcError as error:
                    if error.code() not in _AGAIN:
                        raise
                else:
                    return
            await asyncio.sleep(0.05)


def _bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


def _section(number: int, text: str) -> offering_input_pb2.OfferingInput:
    return offering_input_pb2.OfferingInput(
        class_number=number,
        term=_FALL,
        course_code="COMP-UG 101",
        section="001",
        title=text,
        level="undergraduate",
        school="School of Engineering",
        status="OFFERING_STATUS_OPEN",
        seats_total=100_000,
        seats_available=1,
    )
