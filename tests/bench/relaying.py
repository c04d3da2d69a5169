"""The relay: rows a second from the outbox through the change log to whoever listens at the broker."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import nats
import psycopg
from albertplus.live.v1 import change_pb2
from nats.aio.msg import Msg

from runtime.bus import CHANGES
from tests.bench import sections
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds
from tests.bench.meter import cost
from tests.bench.system import Measured

_EACH, _BATCH = 3, 1000
"""Rows per row that `Effort.most` says; how many a round of the sequencer moves."""
_PATIENCE = 60.0
_WRITE = """
insert into outbox (keys) select array[
  'catalog.offerings/by_id/019a0000-0000-7000-8000-' || lpad(n::text, 12, '0'),
  'catalog.offerings/by_section/1999', 'catalog.offerings/by_section/1999/3',
  'catalog.offerings/by_section/1999/3/' || n,
  'catalog.offerings/by_course/BENCH ' || n, 'catalog.offerings/by_course/BENCH ' || n || '/1999',
  'catalog.offerings/by_course/BENCH ' || n || '/1999/3',
  'catalog.offerings/by_class_number/' || n
] from generate_series(1, %s) n
"""
_FIRST = "select extract(epoch from min(at)) from changelog where seq > %s"


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Nothing has to be there."""
    rows = max(_BATCH, _EACH * effort.most)
    for _ in effort.each_round():
        async with _listener(system) as listener:
            rounds.add("relay.real", await _drain(system, listener, rows))
        rounds.add("relay.bare", await asyncio.to_thread(_bare, system, rows))
    floor = Floor("the bare move in SQL", rounds.median("relay.bare.rate"))
    used = rounds.medians("relay.real.cpu")
    rate = rounds.median("relay.real.rate")
    return [Figure(f"relay, {rows:,} waiting", rate, "rows/s", [floor], more_is_better=True, cpu=used)]


class Listener:
    """Hears what the catalog's relay publishes."""

    def __init__(self) -> None:
        self._wanted = 0
        self._last = 0.0
        self._complete = asyncio.Event()

    async def heard(self, message: Msg) -> None:
        """Bundles come in order."""
        at = time.time()
        bundle = change_pb2.ChangeBundle.FromString(message.data)
        if self._wanted and bundle.head >= self._wanted and bundle.changes:
            self._last = at
            self._complete.set()

    def expect(self, head: int) -> None:
        """What the log comes to."""
        self._wanted = head

    async def last(self) -> float:
        """When the last change came."""
        async with asyncio.timeout(_PATIENCE):
            await self._complete.wait()
        return self._last


@contextlib.asynccontextmanager
async def _listener(system: Measured) -> AsyncIterator[Listener]:
    listener = Listener()
    client = await nats.connect(system.nats_url)
    try:
        await client.subscribe(f"{CHANGES}.catalog", cb=listener.heard, pending_bytes_limit=1 << 30)
        await client.flush()
        yield listener
    finally:
        await client.close()


async def _drain(system: Measured, listener: Listener, rows: int) -> dict[str, Any]:
    head = sections.head(system.catalog_dsn)
    listener.expect(head + rows)
    async with await psycopg.AsyncConnection.connect(system.catalog_dsn) as connection:
        await connection.execute(_WRITE, [rows])

        async def announced() -> float:
            await connection.commit()
            return await listener.last()

        last, used = await cost(system.all_pids(), announced())
    return {"rate": rows / (last - _first(system, head)), "cpu": used.per(rows)}


def _first(system: Measured, head: int) -> float:
    """When the first was numbered: before, they waited for the relay to look."""
    with psycopg.connect(system.catalog_dsn) as connection:
        row = connection.execute(_FIRST, [head]).fetchone()
    assert row is not None
    return float(row[0])


def _bare(system: Measured, rows: int) -> dict[str, float]:
    """The same rows through `sequence_outbox` in a fresh database, and nobody told."""
    with psycopg.connect(system.fresh_database("bench_relay"), autocommit=True) as connection:
        connection.execute(_WRITE, [rows])
        began, moved = time.monotonic(), 0
        while moved < rows:
            row = connection.execute("select count(*) from sequence_outbox(%s)", [_BATCH]).fetchone()
            assert row is not None
            moved += row[0]
        return {"rate": rows / (time.monotonic() - began)}
