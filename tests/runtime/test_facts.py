"""Facts are recorded with the change they tell of and published at least once."""

from __future__ import annotations

import json

import psycopg
import pytest
from google.protobuf.wrappers_pb2 import Int32Value

from runtime.bus import FACTS, Bus, ensure_stream
from runtime.db import Database, WriteTx
from runtime.facts import STREAM, FactPublisher
from tests.runtime.test_transactions import ADD

BOTH = {"b/1": {"to": "alice"}, "b/2": {"to": "bob"}}


async def lend(db: Database, *, fail: bool = False) -> None:
    async def work(tx: WriteTx) -> Int32Value:
        await tx.execute(ADD, id=1, author="Lem", year=1961)
        await tx.emit_all("BookLent", BOTH)
        if fail:
            raise LookupError("changed my mind")
        return Int32Value()

    await db.mutate(Int32Value(), work)


async def test_facts_are_published_as_cloud_events_and_then_removed(
    library: Database, library_dsn: str, bus: Bus
) -> None:
    await ensure_stream(bus.jetstream(), STREAM, [f"{FACTS}.>"])
    subscription = await bus.jetstream().subscribe(f"{FACTS}.library.BookLent.*", ordered_consumer=True)
    await lend(library)
    assert await FactPublisher(library, bus).publish_waiting() == 2
    events = [json.loads((await subscription.next_msg(5)).data) for _ in BOTH]
    assert {event["subject"]: event["data"] for event in events} == BOTH
    assert {event["type"] for event in events} == {"albertplus.library.BookLent"}
    with psycopg.connect(library_dsn) as connection:
        assert connection.execute("select count(*) from facts").fetchone() == (0,)


async def test_a_fact_of_a_change_that_failed_is_not_told(library: Database, bus: Bus) -> None:
    with pytest.raises(LookupError):
        await lend(library, fail=True)
    assert await FactPublisher(library, bus).publish_waiting() == 0


async def test_facts_wait_for_a_broker_that_is_away(library: Database, library_dsn: str) -> None:
    await lend(library)
    nowhere = Bus("nats://127.0.0.1:1", "test")
    with pytest.raises(Exception, match=r".*"):
        await FactPublisher(library, nowhere).publish_waiting()
    with psycopg.connect(library_dsn) as connection:
        assert connection.execute("select count(*) from facts").fetchone() == (2,)
