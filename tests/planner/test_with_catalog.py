"""The planner beside the real catalog: what an answer depends on is known, over both services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import pytest
from albertplus.catalog.v1 import (
    offering_input_pb2,
    offering_pb2,
    offering_service_pb2,
    offering_service_pb2_grpc,
)
from albertplus.live.v1 import read_set_pb2
from albertplus.planner.v1 import schedule_service_pb2 as schedule
from pydantic import SecretStr

from cli.dev.keys import KeyRing
from runtime.auth import PRINCIPAL_KEY, Kind, Principal, Signer
from runtime.interceptors import IDEMPOTENCY_KEY
from runtime.reads import READS_KEY, WRITES_KEY
from runtime.server import ServiceProcess
from runtime.settings import ServiceSettings
from services.catalog.main import SERVICE
from tests.planner.fake_catalog import FALL
from tests.planner.student import Student


class Registrar:
    """Tells the catalog about sections."""

    def __init__(self, process: ServiceProcess, channel: grpc.aio.Channel, signer: Signer) -> None:
        self.process = process
        self.address = f"127.0.0.1:{process.port}"
        self._stub = offering_service_pb2_grpc.OfferingServiceStub(channel)
        admin = Principal("ada", Kind.USER, admin=True)
        self._metadata = ((PRINCIPAL_KEY, signer.assertion(admin, "catalog")),)

    async def teach(
        self, number: int, status: offering_pb2.OfferingStatus = offering_pb2.OFFERING_STATUS_OPEN
    ) -> set[str]:
        """Creates or replaces a section; returns the keys of what that wrote."""
        item = offering_input_pb2.OfferingInput(
            course_code="CSCI-UA 101",
            class_number=number,
            term=FALL,
            section="001",
            level="undergraduate",
            school="A school",
            status=status,
        )
        request = offering_service_pb2.BatchUpsertOfferingsRequest(offerings=[item])
        call = self._stub.BatchUpsertOfferings(request, metadata=self._metadata)
        answer = await call
        assert not answer.results[0].violations
        return set(read_set_pb2.WriteSet.FromString(await _trailing(call, WRITES_KEY)).keys)


@pytest.fixture
async def catalog(database: Callable[[str], str], nats_url: str, tmp_path: Path) -> AsyncIterator[Registrar]:
    """The real catalog, in place of the tests' own."""
    keys = KeyRing(tmp_path / "keys")
    keys.ensure()
    settings = ServiceSettings(
        database_url=SecretStr(database("catalog")),
        nats_url=SecretStr(nats_url),
        signing_key_file=keys.private("catalog"),
        trusted_keys_file=keys.trusted,
        drain_seconds=0.1,
    )
    process = ServiceProcess(SERVICE, settings)
    await process.start()
    signer = Signer.from_file("gateway", keys.private("gateway"))
    async with grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as channel:
        yield Registrar(process, channel, signer)
    await process.stop()


async def reads(student: Student) -> read_set_pb2.ReadSet:
    """What the student's schedule depends on."""
    call = student.schedule.GetSchedule(schedule.GetScheduleRequest(), metadata=student.metadata)
    await call
    return read_set_pb2.ReadSet.FromString(await _trailing(call, READS_KEY))


async def keys(student: Student) -> set[str]:
    """The keys of that, of both services."""
    return {key for read in (await reads(student)).reads for key in read.keys}


async def _trailing(call: grpc.aio.Call, name: str) -> bytes:
    found = dict(await call.trailing_metadata() or ())[name]
    assert isinstance(found, bytes)
    return found


async def test_a_schedule_depends_on_its_rows_and_its_sections(alice: Student, catalog: Registrar) -> None:
    await catalog.teach(1)
    await alice.add(1)
    found = await reads(alice)
    assert {read.service for read in found.reads} == {"planner", "catalog"}
    assert found.personal
    assert "planner.schedule_entries/by_student/user_alice" in await keys(alice)


async def test_a_section_that_closes_touches_the_schedules_that_hold_it(
    alice: Student, bob: Student, catalog: Registrar
) -> None:
    await catalog.teach(1)
    await catalog.teach(2)
    await alice.add(1)
    await bob.add(2)
    written = await catalog.teach(1, offering_pb2.OFFERING_STATUS_CLOSED)
    assert written & await keys(alice)
    assert not written & await keys(bob)
    assert (await alice.entries())[0].offering.status == offering_pb2.OFFERING_STATUS_CLOSED


async def test_a_section_that_comes_back_touches_the_schedules_that_hold_it(
    alice: Student, catalog: Registrar
) -> None:
    await catalog.teach(1)
    await alice.add(1)
    async with catalog.process.db.connections.one() as connection:
        await connection.execute("delete from offerings")
    assert not (await alice.entries())[0].HasField("offering")
    assert await keys(alice) & await catalog.teach(1)


async def test_what_was_refused_without_the_catalog_is_known_to_be_incomplete(
    alice: Student, catalog: Registrar
) -> None:
    await catalog.teach(1)
    await alice.add(1)
    await catalog.process.stop()
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await alice.entries()
    packed = dict(refusal.value.trailing_metadata() or ())[READS_KEY]
    assert isinstance(packed, bytes)
    found = read_set_pb2.ReadSet.FromString(packed)
    assert refusal.value.code() == grpc.StatusCode.UNAVAILABLE
    assert list(found.incomplete) == ["catalog"]


async def add_by_number(student: Student, number: int, *, key: str = "") -> str:
    """Adds the section that a class number alone means; the id of the entry."""
    request = schedule.AddOfferingRequest(class_number=number)
    more = ((IDEMPOTENCY_KEY, key),) if key else ()
    answer = await student.schedule.AddOffering(request, metadata=(*student.metadata, *more))
    return answer.entry.id


async def test_a_section_can_be_added_by_its_class_number_alone(alice: Student, catalog: Registrar) -> None:
    await catalog.teach(1)
    await add_by_number(alice, 1)
    assert [(each.class_number, each.term) for each in await alice.entries()] == [(1, FALL)]


async def test_what_was_added_by_its_number_alone_is_answered_again_when_the_section_is_gone(
    alice: Student, catalog: Registrar
) -> None:
    await catalog.teach(1)
    first = await add_by_number(alice, 1, key="once")
    async with catalog.process.db.connections.one() as connection:
        await connection.execute("delete from offerings")
    assert await add_by_number(alice, 1, key="once") == first
    with pytest.raises(grpc.aio.AioRpcError, match="already in your schedule"):
        await add_by_number(alice, 1)
    with pytest.raises(grpc.aio.AioRpcError, match="no section with this class number"):
        await add_by_number(alice, 2)


async def test_a_section_is_added_by_section_or_by_number_never_both(
    alice: Student, catalog: Registrar
) -> None:
    key = offering_pb2.SectionKey(term=FALL, class_number=1)
    for request in (
        schedule.AddOfferingRequest(),
        schedule.AddOfferingRequest(section=key, class_number=1),
    ):
        with pytest.raises(grpc.aio.AioRpcError, match="either section or class_number"):
            await alice.schedule.AddOffering(request, metadata=alice.metadata)
