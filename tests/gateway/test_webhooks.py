"""Clerk's webhooks at the gateway, through to identity."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import grpc
import httpx
import psycopg
import pytest
import pytest_asyncio
from albertplus.identity.v1 import user_pb2, user_service_pb2, user_service_pb2_grpc

from tests.gateway.rig import Rig
from tests.support.webhooks import OTHER_SECRET, SECRET, send, signed, user_event

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW_SECRET = "whsec_" + "bmV3LXNlY3JldC1vZi10aGVzZS10ZXN0cw=="


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(rig: Rig) -> AsyncIterator[str]:
    """Where a gateway with two secrets is."""
    gateway = await rig.start_gateway(clerk_webhook_secret=f"{SECRET},{NEW_SECRET}")
    yield f"http://127.0.0.1:{gateway.site_port}"


async def user_of(rig: Rig, name: str) -> user_pb2.User | None:
    """The stored user of a local account."""
    account = user_pb2.Account(issuer=rig.issuer.url, subject=name)
    stub = user_service_pb2_grpc.UserServiceStub(rig.channel())
    request = user_service_pb2.GetUserRequest(account=account)
    try:
        answer = await stub.GetUser(request, metadata=rig.signed_in("root", admin=True))
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise
    return answer.user


async def test_a_created_user_is_stored_with_the_primary_address(rig: Rig, url: str) -> None:
    name = rig.student()
    answer = await send(url, user_event("user.created", name))
    assert (answer.status_code, answer.json()) == (200, {"outcome": "applied"})
    user = await user_of(rig, name)
    assert user is not None
    assert (user.email, user.admin) == (f"{name}@nyu.edu", False)


@pytest.mark.parametrize(("value", "admin"), [(True, True), ("true", False), ("false", False), (1, False)])
async def test_only_true_makes_an_administrator(rig: Rig, url: str, value: object, admin: bool) -> None:
    name = rig.student()
    await send(url, user_event("user.updated", name, public_metadata={"is_admin": value}))
    user = await user_of(rig, name)
    assert user is not None
    assert user.admin is admin


async def test_a_late_update_neither_undoes_nor_brings_back(rig: Rig, url: str) -> None:
    name = rig.student()
    await send(url, user_event("user.updated", name, updated=2_000, public_metadata={"is_admin": True}))
    late = await send(url, user_event("user.created", name, updated=1_000))
    assert late.json() == {"outcome": "stale"}
    await send(url, user_event("user.deleted", name))
    later = await send(url, user_event("user.updated", name, updated=3_000))
    assert later.json() == {"outcome": "deleted"}
    assert await user_of(rig, name) is None


async def test_a_message_sent_again_has_one_effect(rig: Rig, url: str) -> None:
    name = rig.student()
    body = user_event("user.created", name)
    first = await send(url, body, signed(body, message=f"msg_{name}"))
    again = await send(url, body, signed(body, message=f"msg_{name}", at=time.time() + 20))
    assert (first.status_code, again.status_code) == (200, 200)
    with psycopg.connect(rig.database("identity")) as connection:
        keys = connection.execute("select count(*) from idempotency where key = %s", [f"clerk/msg_{name}"])
        assert keys.fetchone() == (1,)


async def test_a_message_id_does_not_stand_for_another_body(rig: Rig, url: str) -> None:
    name = rig.student()
    body, other = user_event("user.created", name), user_event("user.deleted", name)
    await send(url, body, signed(body, message=f"msg_{name}"))
    answer = await send(url, other, signed(other, message=f"msg_{name}"))
    assert answer.status_code == 400
    assert await user_of(rig, name) is not None


@pytest.mark.parametrize("secret", [SECRET, NEW_SECRET])
async def test_both_secrets_are_good_while_one_replaces_the_other(rig: Rig, url: str, secret: str) -> None:
    body = user_event("user.created", rig.student())
    assert (await send(url, body, signed(body, secret=secret))).status_code == 200


async def test_a_forged_message_has_no_effect(rig: Rig, url: str) -> None:
    name = rig.student()
    body, other = user_event("user.created", name), user_event("user.created", rig.student())
    right = signed(body)
    forged = [
        signed(body, secret=OTHER_SECRET),
        signed(other),
        {**right, "svix-id": "msg_another"},
        {**right, "svix-timestamp": str(int(right["svix-timestamp"]) + 1)},
        {**right, "svix-signature": right["svix-signature"].replace("v1,", "v2,")},
    ]
    assert [(await send(url, body, headers)).status_code for headers in forged] == [401] * len(forged)
    assert await user_of(rig, name) is None


@pytest.mark.parametrize("away", [-310, 310])
async def test_a_message_of_another_time_is_refused(rig: Rig, url: str, away: int) -> None:
    body = user_event("user.created", rig.student())
    assert (await send(url, body, signed(body, at=time.time() + away))).status_code == 401


@pytest.mark.parametrize(
    "broken",
    [
        {"svix-id": ""},
        {"svix-signature": ""},
        {"svix-timestamp": ""},
        {"svix-timestamp": "now"},
        {"svix-timestamp": "nan"},
        {"svix-signature": "v1"},
        {"svix-signature": "v1,a,b"},
        {"svix-signature": "v1,a"},
        {"svix-signature": "v1," + "A" * 5000},
        {"svix-id": "x" * 200},
    ],
    ids=str,
)
async def test_headers_that_make_no_sense_are_refused(rig: Rig, url: str, broken: dict[str, str]) -> None:
    body = user_event("user.created", rig.student())
    assert (await send(url, body, {**signed(body), **broken})).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"type": "user.created"}',
        b'{"type": 7, "data": {}}',
        user_event("user.created", ""),
        user_event("user.created", "x" * 201),
        user_event("user.created", "a\0b"),
        user_event("user.created", "x", updated=-1),
        user_event("user.created", "x", updated=10**40),
    ],
    ids=lambda body: body[:40].decode(),
)
async def test_a_signed_body_that_makes_no_sense_is_refused(rig: Rig, url: str, body: bytes) -> None:
    assert (await send(url, body)).status_code == 400


async def test_a_body_that_is_too_long_is_refused_before_it_is_read(rig: Rig, url: str) -> None:
    assert (await send(url, b" " * (256 * 1024 + 1))).status_code == 413


async def test_other_events_are_taken_and_nothing_is_done(rig: Rig, url: str) -> None:
    answer = await send(url, b'{"type": "session.created", "data": {"id": "sess_1"}}')
    assert (answer.status_code, answer.json()) == (200, {"outcome": "ignored"})


async def test_without_a_secret_nobody_is_let_in(rig: Rig) -> None:
    body = user_event("user.created", rig.student())
    for gateway in rig.gateways[:1]:
        for port in (gateway.http_port, gateway.site_port):
            answer = await send(f"http://127.0.0.1:{port}", body)
            assert answer.status_code == 404


async def test_it_cannot_be_called_any_other_way(rig: Rig, url: str) -> None:
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{url}/webhooks/clerk")).status_code in (404, 405)


async def test_while_identity_is_away_clerk_is_asked_to_try_again(rig: Rig, url: str) -> None:
    name = rig.student()
    body = user_event("user.created", name)
    headers = signed(body)
    await rig.stop_service("identity")
    try:
        answer = await send(url, body, headers)
    finally:
        await rig.start_service("identity")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert (await send(url, body, headers)).status_code == 200
    assert await user_of(rig, name) is not None
