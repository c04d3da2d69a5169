"""Clients that ask for the impossible: each gets an answer that says so, and harms nobody else."""

from __future__ import annotations

import grpc
import pytest
from albertplus.catalog.v1 import offering_service_pb2
from albertplus.live.v1 import live_service_pb2
from google.rpc import error_details_pb2, status_pb2

from gateway.live_session import MAX_WATCHED
from runtime.status import error_info
from tests.gateway.live_client import Ended, LiveStream, watch
from tests.gateway.rig import Rig
from tests.gateway.sections import (
    ADD_OFFERING,
    GET_OFFERING,
    LIST_OFFERINGS,
    UPSERT_OFFERINGS,
    add,
    get_offering,
    get_schedule,
    load,
    upsert,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
Watch = live_service_pb2.SubscribeRequest.Watch


def reason(status: status_pb2.Status) -> str:
    info = error_info(status)
    return info.reason if info else ""


async def refused(rig: Rig, query: Watch) -> status_pb2.Status:
    """The refusal of one query, while another on the same stream is answered."""
    one = rig.section()
    await load(rig, one)
    stream = rig.live(rig.student())
    await stream.start(query)
    result = await stream.result()
    await stream.send(watch=watch(GET_OFFERING, get_offering(one), "other"))
    assert (await stream.result("other")).response
    return result.error


async def test_a_method_that_does_not_exist(rig: Rig) -> None:
    found = await refused(rig, watch("albertplus.catalog.v1.OfferingService/GetOfering", get_schedule()))
    assert reason(found) == "UNKNOWN_METHOD"
    assert "GetOffering" in found.message


async def test_a_method_between_services(rig: Rig) -> None:
    found = await refused(rig, watch("albertplus.live.v1.LiveSource/Changes", get_schedule()))
    assert reason(found) == "UNKNOWN_METHOD"


async def test_a_mutation_watched(rig: Rig) -> None:
    found = await refused(rig, watch(ADD_OFFERING, add(1)))
    assert (reason(found), "Mutate" in found.message) == ("UNKNOWN_METHOD", True)


async def test_a_request_that_is_not_one(rig: Rig) -> None:
    found = await refused(rig, Watch(query_id="q", method=GET_OFFERING, request=b"\xff\xff\xff"))
    assert reason(found) == "INVALID_ARGUMENT"


async def test_a_request_that_breaks_the_rules_of_its_proto(rig: Rig) -> None:
    listing = offering_service_pb2.ListOfferingsRequest(page_size=-1)
    found = await refused(rig, watch(LIST_OFFERINGS, listing))
    broken = error_details_pb2.BadRequest()
    assert any(detail.Unpack(broken) for detail in found.details)
    assert "page_size" in {each.field for each in broken.field_violations}


async def test_a_method_name_that_is_not_one(rig: Rig) -> None:
    assert reason(await refused(rig, watch("../../etc/passwd", get_schedule()))) == "INVALID_ARGUMENT"


async def test_a_query_sent_as_a_mutation(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start()
    await stream.mutate("m", GET_OFFERING, get_offering(1))
    outcome, _ = await stream.outcome("m")
    assert (reason(outcome.error), "Watch" in outcome.error.message) == ("UNKNOWN_METHOD", True)


async def test_more_queries_than_one_stream_may_watch(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start(*(watch(GET_OFFERING, get_offering(1), f"q{n}") for n in range(257)))
    seen: dict[str, str] = {}
    while len(seen) < 257:
        for result in (await stream.update()).results:
            seen[result.query_id] = reason(result.error)
    assert list(seen.values()).count("TOO_MANY_QUERIES") == 1


@pytest.mark.parametrize(
    "message",
    [
        {"watch": watch(GET_OFFERING, get_offering(1))},
        {"unwatch": {"query_id": "q"}},
        {},
    ],
)
async def test_a_stream_that_does_not_begin_with_start(rig: Rig, message: dict[str, object]) -> None:
    stream = rig.live(rig.student())
    await stream.send(**message)
    assert await end(stream) == (grpc.StatusCode.FAILED_PRECONDITION, "PROTOCOL_VIOLATION")


async def test_start_twice(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start()
    await stream.send(start={})
    assert await end(stream) == (grpc.StatusCode.FAILED_PRECONDITION, "PROTOCOL_VIOLATION")


async def test_one_name_for_two_queries(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start(watch(GET_OFFERING, get_offering(1)))
    await stream.send(watch=watch(GET_OFFERING, get_offering(2)))
    assert await end(stream) == (grpc.StatusCode.FAILED_PRECONDITION, "PROTOCOL_VIOLATION")


async def test_a_message_of_ten_megabytes(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start()
    await stream.send(watch=Watch(query_id="q", method=GET_OFFERING, request=b"x" * 10_000_000))
    assert (await end(stream))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED


async def end(stream: LiveStream) -> tuple[grpc.StatusCode, str]:
    """How the stream ends, whatever comes before."""
    try:
        while True:
            await stream.message()
    except Ended as ended:
        return ended.code, ended.reason


async def test_a_client_that_never_reads_its_refusals(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start()
    for number in range(MAX_WATCHED + 1):
        await stream.send(watch=Watch(query_id=f"q{number}", method="x", request=b""))
    assert (await end(stream))[1] == "TOO_MANY_QUERIES"


async def test_mutations_that_fill_the_memory_wait_for_those_before(rig: Rig) -> None:
    stream = rig.live("ada-in-a-hurry", admin=True)
    await stream.start()
    numbers = rig.sections(8)
    for number in numbers:
        await stream.mutate(f"m{number}", UPSERT_OFFERINGS, upsert(*[number] * 150, description="x" * 15_000))
    for number in numbers:
        assert (await stream.outcome(f"m{number}"))[0].response
