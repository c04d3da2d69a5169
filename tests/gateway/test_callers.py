"""Who sees what in a live stream, and for how long."""

from __future__ import annotations

import grpc
import pytest
from albertplus.identity.v1 import user_pb2, user_service_pb2, user_service_pb2_grpc
from albertplus.live.v1 import live_service_pb2

from tests.gateway.live_client import Ended, watch
from tests.gateway.rig import Rig
from tests.gateway.sections import (
    CLOSED,
    GET_OFFERING,
    GET_SCHEDULE,
    UPSERT_OFFERINGS,
    get_offering,
    get_schedule,
    load,
    statuses,
    take,
    upsert,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED.value[0]
PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED.value[0]
LIST_USERS = "albertplus.identity.v1.UserService/ListUsers"
Authenticate = live_service_pb2.SubscribeRequest.Authenticate


async def test_each_student_sees_their_own_schedule_under_the_same_question(rig: Rig) -> None:
    one, two, alice, bob = rig.section(), rig.section(), rig.student(), rig.student()
    await load(rig, one, two)
    await take(rig, alice, one)
    await take(rig, bob, two)
    hers, his = rig.live(alice), rig.live(bob)
    for stream in (hers, his):
        await stream.start(watch(GET_SCHEDULE, get_schedule()))
    assert list(statuses((await hers.result()).response)) == [one]
    assert list(statuses((await his.result()).response)) == [two]


async def test_nobody_signed_in_gets_a_refusal_and_the_stream_lives(rig: Rig) -> None:
    stream = rig.live()
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    assert (await stream.result()).error.code == UNAUTHENTICATED


async def test_signing_in_on_the_stream_answers_what_was_refused(rig: Rig) -> None:
    one, alice = rig.section(), rig.student()
    await load(rig, one)
    await take(rig, alice, one)
    stream = rig.live()
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await stream.result()
    await stream.send(authenticate=Authenticate(token=rig.issuer.mint(alice)))
    assert list(statuses((await stream.result()).response)) == [one]


async def test_signing_out_takes_personal_results_away(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await stream.result()
    await stream.send(authenticate=Authenticate(token=""))
    assert (await stream.result()).error.code == UNAUTHENTICATED


async def test_signing_in_as_somebody_else_shows_their_data(rig: Rig) -> None:
    one, alice, bob = rig.section(), rig.student(), rig.student()
    await load(rig, one)
    await take(rig, bob, one)
    stream = rig.live(alice)
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    assert (await stream.result()).response == b""
    await stream.send(authenticate=Authenticate(token=rig.issuer.mint(bob)))
    assert list(statuses((await stream.result()).response)) == [one]


async def test_a_refreshed_token_runs_nothing_again(rig: Rig) -> None:
    one, alice = rig.section(), rig.student()
    await load(rig, one)
    stream = rig.live(alice)
    await stream.start(watch(GET_OFFERING, get_offering(one)), watch(GET_SCHEDULE, get_schedule(), "s"))
    await stream.update()
    await stream.send(authenticate=Authenticate(token=rig.issuer.mint(alice)))
    await load(rig, one, status=CLOSED)
    assert (await stream.result("q")).response
    assert stream.version == 2


async def test_an_expired_token_ends_the_stream(rig: Rig) -> None:
    stream = rig.live(rig.student(), ttl=-4)  # clocks may differ by five seconds
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await stream.result()
    with pytest.raises(Ended) as end:
        await stream.update()
    assert end.value.code is grpc.StatusCode.UNAUTHENTICATED
    assert "expired" in end.value.details


async def test_a_role_that_is_taken_away_ends_the_result_of_one_and_not_of_others(rig: Rig) -> None:
    ada, eve = rig.live("ada", admin=True), rig.live("eve", admin=True)
    request = user_service_pb2.ListUsersRequest()
    for stream in (ada, eve):
        await stream.start(watch(LIST_USERS, request))
        assert not (await stream.result()).HasField("error")
    await eve.send(authenticate=Authenticate(token=rig.issuer.mint("eve")))
    assert (await eve.result()).error.code == PERMISSION_DENIED
    account = user_pb2.Account(issuer=rig.issuer.url, subject=rig.student())
    stub = user_service_pb2_grpc.UserServiceStub(rig.channel())
    metadata = rig.signed_in("ada", admin=True)
    await stub.UpsertUser(user_service_pb2.UpsertUserRequest(account=account), metadata=metadata)
    shown = user_service_pb2.ListUsersResponse.FromString((await ada.result()).response)
    assert account.subject in [user.subject for user in shown.users]
    await eve.send(watch=watch(LIST_USERS, request, "again"))  # nothing of ada's comes before
    assert (await eve.result("again")).error.code == PERMISSION_DENIED


async def test_a_forged_token_opens_no_stream(rig: Rig) -> None:
    stream = rig.live(rig.student())
    forged = (("authorization", stream_token(rig)[:-6] + "AAAAAA"),)
    stream.call.cancel()
    refused = type(stream)(rig.channel(), forged)
    with pytest.raises(Ended) as end:
        await refused.start()
    assert end.value.code is grpc.StatusCode.UNAUTHENTICATED


async def test_a_student_may_not_change_the_catalog(rig: Rig) -> None:
    stream = rig.live(rig.student())
    await stream.start()
    await stream.mutate("m", UPSERT_OFFERINGS, upsert(rig.section()))
    outcome, _ = await stream.outcome("m")
    assert outcome.error.code == PERMISSION_DENIED


def stream_token(rig: Rig) -> str:
    """A valid authorization header."""
    return rig.signed_in(rig.student())[0][1]
