"""Every RPC at the gateway as itself."""

from __future__ import annotations

import grpc
import pytest
from albertplus.catalog.v1 import offering_service_pb2, offering_service_pb2_grpc
from albertplus.live.v1 import live_source_pb2, live_source_pb2_grpc
from albertplus.planner.v1 import schedule_service_pb2_grpc
from google.protobuf.message import Message

from gateway.methods import public_methods
from runtime.interceptors import IDEMPOTENCY_KEY
from tests.gateway.rig import Metadata, Rig
from tests.gateway.sections import add, get_offering, get_schedule, load, upsert
from tests.support.rpc import Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def refusal(rig: Rig, method: str, request: Message | bytes, metadata: Metadata = ()) -> Refused:
    """How a call that must not succeed is refused."""
    packed = request if isinstance(request, bytes) else request.SerializeToString()
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = rig.channel().unary_unary(method)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call(packed, metadata=metadata, timeout=20)
    return Refused(error.value)


async def test_a_query_is_answered_and_nothing_of_the_live_core_leaks(rig: Rig) -> None:
    one = rig.section()
    await load(rig, one)
    stub = offering_service_pb2_grpc.OfferingServiceStub(rig.channel())
    call = stub.GetOffering(get_offering(one), metadata=rig.signed_in(rig.student()))
    assert (await call).offering.class_number == one
    assert not [key for key, _ in await call.trailing_metadata() or () if key.startswith("albertplus")]


async def test_a_refusal_of_a_service_arrives_as_it_was_said(rig: Rig) -> None:
    found = await refusal(
        rig,
        "/albertplus.catalog.v1.OfferingService/GetOffering",
        get_offering(rig.section()),
        rig.signed_in(rig.student()),
    )
    assert (found.code, found.reason, found.domain) == (
        grpc.StatusCode.NOT_FOUND,
        "OFFERING_NOT_FOUND",
        "catalog.albertplus",
    )


async def test_fields_that_break_a_rule_are_named(rig: Rig) -> None:
    listing = offering_service_pb2.ListOfferingsRequest(page_size=-1)
    found = await refusal(
        rig, "/albertplus.catalog.v1.OfferingService/ListOfferings", listing, rig.signed_in(rig.student())
    )
    assert (found.code, "page_size" in found.fields) == (grpc.StatusCode.INVALID_ARGUMENT, True)


async def test_who_is_not_signed_in_is_refused_at_the_gateway(rig: Rig) -> None:
    found = await refusal(rig, "/albertplus.planner.v1.ScheduleService/GetSchedule", get_schedule())
    assert (found.code, found.domain) == (grpc.StatusCode.UNAUTHENTICATED, "gateway.albertplus")


async def test_a_students_token_does_not_open_the_administrators_door(rig: Rig) -> None:
    found = await refusal(
        rig,
        "/albertplus.catalog.v1.OfferingService/BatchUpsertOfferings",
        upsert(rig.section()),
        rig.signed_in(rig.student()),
    )
    assert (found.code, found.domain) == (grpc.StatusCode.PERMISSION_DENIED, "gateway.albertplus")


async def test_a_principal_made_up_by_the_client_counts_for_nothing(rig: Rig) -> None:
    stub = schedule_service_pb2_grpc.ScheduleServiceStub(rig.channel())
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stub.GetSchedule(get_schedule(), metadata=(("albertplus-principal", "ada"),))
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_repeated_idempotency_key_gets_the_first_answer(rig: Rig) -> None:
    one = rig.section()
    await load(rig, one)
    stub = schedule_service_pb2_grpc.ScheduleServiceStub(rig.channel())
    metadata = (*rig.signed_in(rig.student()), (IDEMPOTENCY_KEY, "once"))
    first = await stub.AddOffering(add(one), metadata=metadata)
    assert await stub.AddOffering(add(one), metadata=metadata) == first


async def test_methods_between_services_are_not_for_clients(rig: Rig) -> None:
    stub = live_source_pb2_grpc.LiveSourceStub(rig.channel())
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stub.Changes(live_source_pb2.ChangesRequest(), metadata=rig.signed_in("ada", admin=True))
    assert Refused(error.value).reason == "UNKNOWN_METHOD"


async def test_a_misspelt_method_gets_a_suggestion(rig: Rig) -> None:
    found = await refusal(rig, "/albertplus.catalog.v1.OfferingService/GetOfering", b"")
    assert found.metadata["did_you_mean"].startswith("OfferingService/GetOffering")


async def test_ten_megabytes_are_too_much(rig: Rig) -> None:
    found = await refusal(
        rig,
        "/albertplus.catalog.v1.OfferingService/BatchUpsertOfferings",
        b"x" * 10_000_000,
        rig.signed_in("ada", admin=True),
    )
    assert found.code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_bytes_that_are_no_request_are_refused(rig: Rig) -> None:
    found = await refusal(
        rig,
        "/albertplus.catalog.v1.OfferingService/GetOffering",
        b"\xff\xff",
        rig.signed_in(rig.student()),
    )
    assert (found.code, found.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")


async def test_every_public_method_says_who_may_call_it() -> None:
    methods = list(public_methods())
    assert len(methods) > 30
    assert all(method.access for method in methods)
