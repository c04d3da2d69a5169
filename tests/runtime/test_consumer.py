"""Facts are handled at least once; what cannot be handled is parked, and nothing is lost."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import psycopg
import pytest
from nats.aio.msg import Msg

from runtime import consumer as module
from runtime.bus import FACTS, Bus
from runtime.consumer import Consumer, Fact, Malformed
from runtime.db import Database
from runtime.facts import STREAM, ensure_facts

SUBJECT = f"{FACTS}.library.BookLent.b1"


@asynccontextmanager
async def consuming(db: Database, bus: Bus, handle: Callable[[Fact], Awaitable[None]]) -> AsyncIterator[None]:
    """A consumer at work."""
    consumer = Consumer(db, bus, "test", "library.BookLent.*", handle)
    consumer.start()
    yield
    await consumer.stop()


async def tell(bus: Bus, payload: bytes | None = None) -> None:
    """Publishes a fact."""
    await ensure_facts(bus.jetstream())
    fact = {"type": "albertplus.library.BookLent", "subject": str(uuid.uuid4()), "data": {"to": "alice"}}
    await bus.jetstream().publish(SUBJECT, orjson.dumps(fact) if payload is None else payload)


@pytest.fixture
def parking(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when something has been parked."""
    happened, park = asyncio.Event(), Consumer._park

    async def parked(consumer: Consumer, message: Msg, error: BaseException) -> None:
        await park(consumer, message, error)
        happened.set()

    monkeypatch.setattr(Consumer, "_park", parked)
    return happened


def problem(dsn: str) -> str:
    """Why the only parked fact was parked."""
    with psycopg.connect(dsn) as connection:
        ((found,),) = connection.execute("select problem from parked_facts").fetchall()
    return str(found)


def counted(outcome: str) -> float:
    return float(module.handled.labels("test", outcome)._value.get())


async def test_a_fact_told_before_anybody_listened_is_handled(library: Database, bus: Bus) -> None:
    heard: asyncio.Queue[Fact] = asyncio.Queue()
    await tell(bus)
    async with consuming(library, bus, heard.put):
        fact = await asyncio.wait_for(heard.get(), 10)
    assert fact.data == {"to": "alice"}


async def test_a_fact_whose_handling_failed_comes_again(library: Database, bus: Bus) -> None:
    tries: list[Fact] = []
    twice = asyncio.Event()

    async def fail_once(fact: Fact) -> None:
        tries.append(fact)
        if len(tries) == 1:
            raise RuntimeError("not today")
        twice.set()

    await tell(bus)
    async with consuming(library, bus, fail_once):
        await asyncio.wait_for(twice.wait(), 10)
    assert tries[0] == tries[1]


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b'{"type": 1, "subject": "x", "data": {}}'])
async def test_what_is_no_fact_is_parked(
    library: Database, library_dsn: str, bus: Bus, payload: bytes
) -> None:
    heard: asyncio.Queue[Fact] = asyncio.Queue()
    before = counted("parked")
    async with consuming(library, bus, heard.put):
        await tell(bus, payload)
        await tell(bus)
        await asyncio.wait_for(heard.get(), 10)  # what comes behind it is not held up
    with psycopg.connect(library_dsn) as connection:
        parked = connection.execute("select consumer, subject, payload from parked_facts").fetchall()
    assert parked == [("test", SUBJECT, payload)]
    assert counted("parked") == before + 1


async def test_what_always_fails_is_parked_after_some_attempts(
    library: Database,
    library_dsn: str,
    bus: Bus,
    parking: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_ATTEMPTS", 2)

    async def fail(_: Fact) -> None:
        raise RuntimeError("never")

    await tell(bus)
    async with consuming(library, bus, fail):
        await asyncio.wait_for(parking.wait(), 10)
    assert problem(library_dsn) == "RuntimeError: never"


async def test_what_is_malformed_to_the_handler_is_parked_at_once(
    library: Database, library_dsn: str, bus: Bus, parking: asyncio.Event
) -> None:
    async def refuse(fact: Fact) -> None:
        fact.text("from")

    await tell(bus)
    async with consuming(library, bus, refuse):
        await asyncio.wait_for(parking.wait(), 10)
    assert problem(library_dsn) == "Malformed: albertplus.library.BookLent has no from"


async def test_a_stream_that_was_deleted_is_made_anew(
    library: Database, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WAIT", 0.3)
    heard: asyncio.Queue[Fact] = asyncio.Queue()
    async with consuming(library, bus, heard.put):
        await tell(bus)
        await asyncio.wait_for(heard.get(), 10)
        await bus.jetstream().delete_stream(STREAM)
        await tell(bus)
        await asyncio.wait_for(heard.get(), 10)


async def test_each_fact_goes_to_one_of_two_replicas(library: Database, bus: Bus) -> None:
    heard: asyncio.Queue[Fact] = asyncio.Queue()
    async with consuming(library, bus, heard.put), consuming(library, bus, heard.put):
        for _ in range(6):
            await tell(bus)
        subjects = [(await asyncio.wait_for(heard.get(), 10)).subject for _ in range(6)]
    assert len(set(subjects)) == 6
    assert heard.empty()


def test_a_fact_says_what_it_has_to_say() -> None:
    fact = Fact("n", "s", {"good": "x", "empty": "", "number": 7, "nul": "a\0b"})
    assert fact.text("good") == "x"
    for name in ("empty", "number", "nul", "missing"):
        with pytest.raises(Malformed):
            fact.text(name)
