"""A deleted user is forgotten by every service, whatever is away meanwhile, and clients see it."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import psycopg
import pytest
from albertplus.identity.v1 import erasure_service_pb2, user_pb2

from cli.dev.nats import Nats
from runtime.facts import STREAM
from services.identity.handlers import forgetting
from tests.gateway import sections
from tests.gateway.live_client import watch
from tests.gateway.rig import Rig
from tests.support.webhooks import SECRET, send, signed, user_event

EVERYBODY = ["catalog", "identity", "planner"]


async def a_student(rig: Rig) -> str:
    """A student with a section in the schedule."""
    name, number = rig.student(), rig.section()
    await sections.load(rig, number)
    await sections.take(rig, name, number)
    return name


async def delete(rig: Rig, name: str) -> None:
    """Clerk tells that the account is gone."""
    gateway = await rig.start_gateway(clerk_webhook_secret=SECRET)
    body = user_event("user.deleted", name)
    answer = await send(f"http://127.0.0.1:{gateway.http_port}", body, signed(body))
    assert answer.json() == {"outcome": "applied"}


def entries(rig: Rig) -> int:
    """How many entries all schedules have."""
    with psycopg.connect(rig.database("planner")) as connection:
        row = connection.execute("select count(*) from schedule_entries").fetchone()
    assert row is not None
    return int(row[0])


async def complete(rig: Rig, name: str) -> Any:
    """The record of the erasure, once it is complete: seen live, as an administrator sees it."""
    account = user_pb2.Account(issuer=rig.issuer.url, subject=name)
    request = erasure_service_pb2.GetErasureRequest(account=account)
    stream = rig.live("root", admin=True)
    await stream.start(watch("albertplus.identity.v1.ErasureService/GetErasure", request))
    async with asyncio.timeout(30):
        while True:
            response = (await stream.result()).response
            erasure = erasure_service_pb2.GetErasureResponse.FromString(response).erasure
            if erasure.HasField("complete_time"):
                stream.close()
                return erasure


async def test_every_service_forgets_a_deleted_user_and_says_so(fragile_rig: Rig) -> None:
    name = await a_student(fragile_rig)
    await delete(fragile_rig, name)
    erasure = await complete(fragile_rig, name)
    assert [step.service for step in erasure.steps] == EVERYBODY
    assert [step.row_count for step in erasure.steps if step.service == "planner"] == [1]
    assert entries(fragile_rig) == 0


async def test_a_client_of_the_deleted_user_sees_the_data_go_and_can_store_none(fragile_rig: Rig) -> None:
    name = await a_student(fragile_rig)
    stream = fragile_rig.live(name)
    await stream.start(watch(sections.GET_SCHEDULE, sections.get_schedule()))
    assert len(sections.statuses((await stream.result()).response)) == 1
    await delete(fragile_rig, name)
    assert sections.statuses((await stream.result()).response) == {}
    await complete(fragile_rig, name)
    number = fragile_rig.section()
    await sections.load(fragile_rig, number)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await sections.take(fragile_rig, name, number)
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert entries(fragile_rig) == 0


async def test_answers_kept_for_repeats_go_and_those_of_others_stay(fragile_rig: Rig) -> None:
    name, other = await a_student(fragile_rig), await a_student(fragile_rig)
    with psycopg.connect(fragile_rig.database("planner"), autocommit=True) as connection:
        connection.execute(
            "insert into idempotency (key, caller, request_hash, response, epoch) values"
            " ('k1', %s, '', '', 1), ('k2', %s, '', '', 1), ('k3', 'user:root', '', %s, 1)",
            [f"user:{name}", f"user:{other}", bytes([10, len(name)]) + name.encode()],
        )
        await delete(fragile_rig, name)
        await complete(fragile_rig, name)
        left = connection.execute("select key from idempotency where key like 'k%'").fetchall()
    assert left == [("k2",)]


async def test_a_service_that_was_away_forgets_when_it_is_back(fragile_rig: Rig) -> None:
    name = await a_student(fragile_rig)
    await fragile_rig.stop_service("planner")
    await delete(fragile_rig, name)
    assert entries(fragile_rig) == 1
    await fragile_rig.start_service("planner")
    await complete(fragile_rig, name)
    assert entries(fragile_rig) == 0


async def test_a_broker_that_was_away_is_no_reason_to_forget_nothing(fragile_rig: Rig, broker: Nats) -> None:
    name = await a_student(fragile_rig)
    broker.process.kill()
    await delete(fragile_rig, name)
    await broker.start()
    await complete(fragile_rig, name)
    assert entries(fragile_rig) == 0


async def test_what_the_broker_lost_is_told_again(fragile_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "EVERY", 0.1)
    name = await a_student(fragile_rig)
    await fragile_rig.stop_service("identity")
    await fragile_rig.start_service("identity")  # with a reminder that looks more often
    await fragile_rig.stop_service("planner")
    await delete(fragile_rig, name)
    identity = fragile_rig.services["identity"]
    await identity._facts.publish_waiting()
    await identity.bus.jetstream().delete_stream(STREAM)
    await fragile_rig.start_service("planner")
    with psycopg.connect(fragile_rig.database("identity"), autocommit=True) as connection:
        connection.execute("update erasures set told_time = now() - interval '1 hour'")
    erasure = await complete(fragile_rig, name)
    assert [step.service for step in erasure.steps] == EVERYBODY
    assert entries(fragile_rig) == 0


async def test_of_two_replicas_one_forgets_each_user(fragile_rig: Rig) -> None:
    first = fragile_rig.services["planner"]
    fragile_rig._ports["planner"] = 0
    await fragile_rig.start_service("planner")
    try:
        for name in [await a_student(fragile_rig) for _ in range(3)]:
            await delete(fragile_rig, name)
            erasure = await complete(fragile_rig, name)
            assert [step.row_count for step in erasure.steps if step.service == "planner"] == [1]
    finally:
        await first.stop()
    assert entries(fragile_rig) == 0
