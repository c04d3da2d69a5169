"""The border to gRPC clients: sizes, packing, deadlines, and what errors say."""

from __future__ import annotations

import time

import grpc
import pytest

from runtime.interceptors import Deadlines
from tests.gateway.live_client import Ended
from tests.gateway.rig import Rig
from tests.gateway.sections import ADD_OFFERING, add, load
from tests.support.rpc import Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIST = "/albertplus.catalog.v1.CourseService/ListCourses"
INTERNALS = ("127.0.0.1", "Traceback", "psycopg", "grpc", ".py", "select ", "postgres")


async def refusal(
    rig: Rig, request: bytes, *, gateway: int = 0, compression: grpc.Compression | None = None, **more: str
) -> Refused:
    """How a call that must not succeed is refused."""
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = rig.channel(gateway).unary_unary(LIST)
    metadata = (*rig.signed_in("alice"), *more.items())
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call(request, metadata=metadata, timeout=20, compression=compression)
    return Refused(error.value)


async def test_a_request_of_eight_megabytes_is_exhausting(rig: Rig) -> None:
    assert (await refusal(rig, bytes(8 * 1024 * 1024))).code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_what_is_packed_is_not_unpacked(rig: Rig) -> None:
    bomb = bytes(1024 * 1024)
    found = await refusal(rig, bomb, compression=grpc.Compression.Gzip)
    assert found.code is grpc.StatusCode.UNIMPLEMENTED


async def test_more_metadata_than_may_be_is_refused(rig: Rig) -> None:
    found = await refusal(rig, b"", padding="x" * 200_000)
    assert found.code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_calls_beyond_the_rate_are_told_when_to_try_again(rig: Rig) -> None:
    await rig.start_gateway(queries_per_second=1, burst_seconds=2)
    number = len(rig.gateways) - 1
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = rig.channel(number).unary_unary(LIST)
    for _ in range(2):
        await call(b"", metadata=rig.signed_in("alice"), timeout=20)
    found = await refusal(rig, b"", gateway=number)
    assert "RetryInfo" in str(found.status)
    assert (found.code, found.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_REQUESTS")
    for _ in range(5):  # administrators are not slowed down
        await call(b"", metadata=rig.signed_in("ada", admin=True), timeout=20)


async def test_streams_are_slowed_down_and_counted(rig: Rig) -> None:
    await rig.start_gateway(mutations_per_second=5, burst_seconds=1, sessions_per_user=1)
    number, student, section = len(rig.gateways) - 1, rig.student(), rig.section()
    await load(rig, section)
    stream = rig.live(student, gateway=number)
    await stream.start()
    started = time.monotonic()
    for each in range(9):
        await stream.mutate(f"m{each}", ADD_OFFERING, add(section))
    for each in range(9):
        await stream.outcome(f"m{each}")
    assert time.monotonic() - started > 0.5
    second = rig.live(student, gateway=number)
    with pytest.raises(Ended) as ended:
        await second.start()
    assert (ended.value.code, ended.value.reason) == (
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "TOO_MANY_SESSIONS",
    )


async def test_errors_of_a_service_that_is_away_name_no_internals(rig: Rig) -> None:
    nowhere = "127.0.0.1:1"
    await rig.start_gateway(catalog_address=nowhere, start_seconds=0.1)
    found = await refusal(rig, b"", gateway=len(rig.gateways) - 1)
    assert found.code is grpc.StatusCode.UNAVAILABLE
    assert not [word for word in INTERNALS if word in str(found)]


async def test_a_defect_of_the_gateway_is_told_by_an_id_alone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("postgres at 127.0.0.1 said no")

    monkeypatch.setattr(rig.gateways[0]._upstream, "call", broken)
    found = await refusal(rig, b"")
    assert (found.code, found.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert found.metadata["request_id"]
    assert not [word for word in INTERNALS if word in f"{found} {found.status}"]


async def test_a_defect_before_a_stream_begins_is_told_by_an_id_alone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("postgres at 127.0.0.1 said no")

    monkeypatch.setattr(rig.gateways[0].door._sign_in, "verify", broken)
    stream = rig.live("alice")
    with pytest.raises(Ended) as ended:
        await stream.start()
    assert (ended.value.code, ended.value.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    told = f"{ended.value.details} {await stream.call.trailing_metadata()}"
    assert "request_id" in told
    assert not [word for word in INTERNALS if word in told.replace("grpc-status-details-bin", "")]


def test_no_call_has_longer_than_the_longest() -> None:
    deadlines = Deadlines(default=30, most=120)
    assert [deadlines.seconds(each) for each in (None, 5.0, 1e9)] == [30, 5.0, 120]
