"""A call that nobody waits for any more does not keep PostgreSQL busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import grpc
import psycopg
import pytest
from google.protobuf.message import Message

from tests.gateway.rig import Rig
from tests.gateway.sections import GET_OFFERING, UPSERT_OFFERINGS, get_offering, load, upsert

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECONDS = 1.0
WAITING = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'
"""
BUSY = """
select pid, state, query from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and application_name = 'albertplus-catalog'
  and state <> 'idle' and query not ilike 'listen%'
"""
CALLS = pytest.mark.parametrize(
    ("method", "request_"), [(GET_OFFERING, get_offering(1)), (UPSERT_OFFERINGS, upsert(1))]
)
Lock = psycopg.AsyncConnection[tuple[object, ...]]


async def comes_true(question: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether it does within this time."""
    until = time.monotonic() + seconds
    while not await question():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.02)
    return True


async def held_up(
    rig: Rig, lock: Lock, observer: Lock, call_: tuple[str, Message], timeout: float
) -> grpc.aio.UnaryUnaryCall[bytes, bytes]:
    """A call that waits for a lock in the database."""
    await lock.execute("lock table offerings in access exclusive mode")
    method, request = call_
    send: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = rig.channel().unary_unary(f"/{method}")
    call = send(request.SerializeToString(), metadata=rig.signed_in("ada", admin=True), timeout=timeout)

    async def waits() -> bool:
        rows = await (await observer.execute(WAITING)).fetchall()
        return rows != [(0,)]

    assert await comes_true(waits, 10), "nobody waits for the lock"
    return call


async def assert_at_rest(observer: Lock) -> None:
    """No backend of the service does anything, or has a transaction open."""
    left: list[tuple[object, ...]] = []

    async def rests() -> bool:
        left[:] = await (await observer.execute(BUSY)).fetchall()
        return not left

    assert await comes_true(rests, SECONDS), left


@CALLS
@pytest.mark.parametrize("how", ["deadline", "cancelled"])
async def test_a_call_that_is_over_for_its_caller_is_over_in_the_database(
    rig: Rig, method: str, request_: Message, how: str
) -> None:
    dsn = rig.database("catalog")
    async with (
        await psycopg.AsyncConnection.connect(dsn, application_name="lock") as lock,
        await psycopg.AsyncConnection.connect(dsn, application_name="observer", autocommit=True) as observer,
    ):
        call = await held_up(rig, lock, observer, (method, request_), 3 if how == "deadline" else 60)
        if how == "cancelled":
            call.cancel()
        with suppress(asyncio.CancelledError, grpc.aio.AioRpcError):
            await call
        wanted = grpc.StatusCode.CANCELLED if how == "cancelled" else grpc.StatusCode.DEADLINE_EXCEEDED
        assert await call.code() is wanted
        await assert_at_rest(observer)  # while the lock is still held
        await lock.rollback()
    await load(rig, 1)  # and the service goes on
