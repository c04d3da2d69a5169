"""The relay: from the outbox to the changelog, and from there to whoever listens.

It runs in every replica. `sequence_outbox` numbers rows under a lock, so no leader is needed, and each
replica publishes what it numbered itself. Should it die in between, listeners see the gap and ask
`LiveSource.Changes`. A commit in this process wakes the loop; polling finds what other writers (psql, a
replica that died) left, at less than LISTEN/NOTIFY would cost every commit.

What a commit of this process wrote is also told at once, before it has a number: listeners need not wait for
the numbering, which is there for what gets lost. So that can be done for several commits together.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

import psycopg
import structlog
from albertplus.live.v1 import change_pb2

from runtime import idempotency
from runtime.bus import CHANGES, WRITES, Bus
from runtime.db import Database
from runtime.refusal import Refusal
from runtime.tasks import end

log = structlog.get_logger()

_BATCH = 1000
_BUNDLE_CHANGES = 250
_BUNDLE_BYTES = 256 * 1024
_POLL = 0.05
_GATHER = 0.005
"""How long a commit waits for others to be numbered with it."""
_HEARTBEAT = 0.5
_TRIM_EVERY = 60.0
_RETRY = 0.5
# Looks at the oldest rows only, and never leaves a hole: consumers take what is there for everything since.
TRIM_CHANGELOG = """
delete from changelog where seq <= (
  select max(seq) from (select seq, at from changelog order by seq limit 10000) oldest
  where at < now() - interval '24 hours'
)
"""


class Relay:
    """The background tasks that announce one service's changes."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._committed = asyncio.Event()
        db.committed = self.committed
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts the tasks."""
        for loop in (self._sequence_loop, self._heartbeat_loop, self._trim_loop):
            self._tasks.append(asyncio.create_task(loop()))

    async def stop(self) -> None:
        """Announces what is left and ends the tasks."""
        await end(*self._tasks)
        with contextlib.suppress(psycopg.Error, Refusal):
            await self.sequence()

    async def committed(self, write_set: bytes) -> None:
        """A transaction of this process has written this."""
        self._committed.set()
        await self._bus.publish(f"{WRITES}.{self._db.service}", write_set)

    async def sequence(self) -> int:
        """Numbers and publishes what is waiting; answers how many changes that were."""
        async with self._db.connections.one() as connection:
            rows = await (
                await connection.execute("select seq, xid::text, keys from sequence_outbox(%s)", [_BATCH])
            ).fetchall()
            epoch = connection.epoch
        changes = [
            change_pb2.Change(seq=row.seq, xid=int(row.xid), keys=row.keys)
            for row in sorted(rows, key=lambda row: row.seq)
        ]
        for bundle in bundles(self._db.service, epoch, changes):
            await self._bus.publish(f"{CHANGES}.{self._db.service}", bundle.SerializeToString())
        return len(changes)

    async def _sequence_loop(self) -> None:
        while True:
            try:
                moved = await self.sequence()
            except (psycopg.Error, Refusal) as error:
                log.warning("changes wait to be numbered", error=str(error))
                await asyncio.sleep(_RETRY)
                continue
            if moved < _BATCH:
                await self._wait_for_work()

    async def _wait_for_work(self) -> None:
        # Not wait_for: when the event comes together with a cancellation, it swallows the cancellation.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL):
                await self._committed.wait()
                await asyncio.sleep(_GATHER)
        self._committed.clear()

    async def _heartbeat_loop(self) -> None:
        while True:
            try:
                epoch, head = await self.position()
                beat = change_pb2.ChangeBundle(service=self._db.service, epoch=epoch, head=head)
                await self._bus.publish(f"{CHANGES}.{self._db.service}", beat.SerializeToString())
            except (psycopg.Error, Refusal) as error:
                log.warning("no heartbeat", error=str(error))
            await asyncio.sleep(_HEARTBEAT)

    async def position(self) -> tuple[int, int]:
        """The epoch of the database and the changelog's head."""
        async with self._db.connections.one() as connection:
            row = await (await connection.execute("select seq from log_head")).fetchone()
            assert row is not None
            return connection.epoch, row.seq

    async def _trim_loop(self) -> None:
        while True:
            await asyncio.sleep(_TRIM_EVERY)
            try:
                async with self._db.connections.one() as connection:
                    await connection.execute(TRIM_CHANGELOG)
                    await connection.execute(idempotency.TRIM)
            except (psycopg.Error, Refusal) as error:
                log.warning("history not trimmed", error=str(error))


def bundles(
    service: str, epoch: int, changes: Sequence[change_pb2.Change]
) -> Iterator[change_pb2.ChangeBundle]:
    """Packs changes into messages the broker takes: bounded in number and in bytes."""
    waiting: list[change_pb2.Change] = []
    size = 0
    for change in changes:
        bytes_of_change = change.ByteSize()
        if waiting and (len(waiting) == _BUNDLE_CHANGES or size + bytes_of_change > _BUNDLE_BYTES):
            yield _bundle(service, epoch, waiting)
            waiting, size = [], 0
        waiting.append(change)
        size += bytes_of_change
    if waiting:
        yield _bundle(service, epoch, waiting)


def _bundle(service: str, epoch: int, changes: list[change_pb2.Change]) -> change_pb2.ChangeBundle:
    return change_pb2.ChangeBundle(service=service, epoch=epoch, head=changes[-1].seq, changes=changes)
