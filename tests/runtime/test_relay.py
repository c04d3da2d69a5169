"""The relay numbers every committed change once, without holes, whatever runs beside it or fails."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from albertplus.live.v1 import change_pb2, live_source_pb2, read_set_pb2

from runtime.bus import CHANGES, WRITES, Bus
from runtime.changes import LiveSourceHandlers
from runtime.db import Database
from runtime.relay import TRIM_CHANGELOG, Relay, bundles
from tests.runtime import world
from tests.runtime.test_transactions import add_book


class Listener:
    """Collects the bundles of the tests' service."""

    def __init__(self) -> None:
        self.bundles: asyncio.Queue[change_pb2.ChangeBundle] = asyncio.Queue()

    async def receive(self, message: Any) -> None:
        self.bundles.put_nowait(change_pb2.ChangeBundle.FromString(message.data))

    async def until(self, wanted: Any) -> change_pb2.ChangeBundle:
        """The next bundle for which `wanted` is true."""
        async with asyncio.timeout(5):
            while True:
                bundle = await self.bundles.get()
                if wanted(bundle):
                    return bundle


async def test_a_commit_tells_at_once_what_it_wrote(library: Database, bus: Bus) -> None:
    told: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(message: Any) -> None:
        told.put_nowait(message.data)

    await bus.client.subscribe(f"{WRITES}.{world.SERVICE}", cb=hear)
    Relay(library, bus)  # not started: nothing is numbered
    await add_book(library, 1, 1961)
    async with asyncio.timeout(5):
        write = read_set_pb2.WriteSet.FromString(await told.get())
    assert (write.service, "library.books/by_author/Lem/1961" in write.keys) == (world.SERVICE, True)


async def listen(bus: Bus) -> Listener:
    listener = Listener()
    await bus.client.subscribe(f"{CHANGES}.{world.SERVICE}", cb=listener.receive)
    await bus.client.flush()
    return listener


async def test_a_commit_is_announced_with_its_keys(library: Database, bus: Bus) -> None:
    listener = await listen(bus)
    relay = Relay(library, bus)
    relay.start()
    await add_book(library, 1, 1961)
    bundle = await listener.until(lambda bundle: bundle.changes)
    await relay.stop()
    (change,) = bundle.changes
    assert change.seq == bundle.head == 1
    assert "library.books/by_author/Lem/1961" in change.keys


async def test_heartbeats_tell_the_head(library: Database, bus: Bus) -> None:
    relay = Relay(library, bus)
    await add_book(library, 1)
    await relay.sequence()
    listener = await listen(bus)
    relay.start()
    beat = await listener.until(lambda bundle: not bundle.changes)
    await relay.stop()
    assert beat.head == 1


async def test_three_relays_and_many_writers_lose_and_double_nothing(
    library: Database, library_dsn: str, bus: Bus
) -> None:
    others = [Database(world.SERVICE, library_dsn) for _ in range(2)]
    for other in others:
        await other.open()
    relays = [Relay(db, bus) for db in (library, *others)]
    for relay in relays:
        relay.start()

    async def write(number: int) -> None:
        world.as_user(f"writer {number}")
        for book in range(20):
            await add_book(library, number * 100 + book)

    await asyncio.gather(*(write(number) for number in range(6)))
    for relay in relays:
        await relay.stop()
    with psycopg.connect(library_dsn) as connection:
        rows = connection.execute("select seq, keys from changelog order by seq").fetchall()
    for other in others:
        await other.close()
    assert [seq for seq, _ in rows] == list(range(1, 121))
    books = [key for _, found in rows for key in found if "/by_id/" in key]
    assert len(books) == len(set(books)) == 120


async def changes(db: Database, **request: int) -> live_source_pb2.ChangesResponse:
    return await LiveSourceHandlers(db).Changes(live_source_pb2.ChangesRequest(**request), None)


async def test_changes_answers_from_a_position(library: Database, bus: Bus) -> None:
    for book in (1, 2, 3):
        await add_book(library, book)
    epoch, _ = await Relay(library, bus).position()
    await Relay(library, bus).sequence()
    answer = await changes(library, epoch=epoch, since=1)
    assert [change.seq for change in answer.changes] == [2, 3]
    assert (answer.head, answer.truncated) == (3, False)


async def test_changes_says_when_history_does_not_reach_back(
    library: Database, library_dsn: str, bus: Bus
) -> None:
    for book in (1, 2, 3):
        await add_book(library, book)
    epoch, _ = await Relay(library, bus).position()
    await Relay(library, bus).sequence()
    with psycopg.connect(library_dsn, autocommit=True) as connection:
        connection.execute("delete from changelog where seq <= 2")
    assert (await changes(library, epoch=epoch, since=1)).truncated
    assert not (await changes(library, epoch=epoch, since=2)).truncated
    assert (await changes(library, epoch=epoch - 1, since=2)).truncated
    assert (await changes(library, epoch=epoch, since=9)).truncated


async def test_more_changes_than_fit_a_message_come_in_several_answers(
    library: Database, library_dsn: str, bus: Bus
) -> None:
    with psycopg.connect(library_dsn, autocommit=True) as connection:
        connection.execute(
            """insert into outbox (keys)
               select array_agg('library.books/by_id/' || n) from generate_series(1, 9000) n,
               generate_series(1, 5) change group by change"""
        )
    epoch, _ = await Relay(library, bus).position()
    await Relay(library, bus).sequence()
    first = await changes(library, epoch=epoch, since=0)
    assert ([change.seq for change in first.changes], first.head, first.truncated) == ([1, 2, 3], 5, False)
    rest = await changes(library, epoch=epoch, since=3)
    assert [change.seq for change in rest.changes] == [4, 5]


async def test_trimming_leaves_no_hole_when_the_clock_was_set_back(
    library: Database, library_dsn: str, bus: Bus
) -> None:
    for book in range(1, 6):
        await add_book(library, book)
    await Relay(library, bus).sequence()
    with psycopg.connect(library_dsn, autocommit=True) as connection:
        connection.execute("update changelog set at = now() - interval '25 hours' where seq in (1, 3)")
        connection.execute(TRIM_CHANGELOG)
        assert connection.execute("select array_agg(seq order by seq) from changelog").fetchone() == ([4, 5],)


def test_bundles_are_bounded_in_number_and_bytes() -> None:
    wide = [change_pb2.Change(seq=seq, keys=["x" * 1000]) for seq in range(1, 601)]
    packed = list(bundles("library", 1, wide))
    assert [change.seq for bundle in packed for change in bundle.changes] == list(range(1, 601))
    assert max(bundle.ByteSize() for bundle in packed) < 300_000
    assert max(len(bundle.changes) for bundle in packed) <= 250


async def test_without_a_broker_changes_are_still_numbered(library: Database) -> None:
    nowhere = Bus("nats://127.0.0.1:1", "test")
    await add_book(library, 1)
    assert await Relay(library, nowhere).sequence() == 1
    assert nowhere.lost == 1
