"""Facts: what happened, in the past tense, for consumers to whom "data changed" says too little.

A command records a fact in its own transaction (`WriteTx.emit`); here it is published to JetStream as a
CloudEvent and removed once the broker has acknowledged it: at least once, in order of recording.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import psycopg
import structlog
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from runtime.bus import FACTS, Bus, ensure_stream
from runtime.db import Database
from runtime.refusal import Refusal
from runtime.tasks import end

log = structlog.get_logger()

STREAM = "ALBERTPLUS_FACTS"
_MAX_AGE = 7 * 24 * 3600
_BATCH = 100
_IDLE_POLL = 1.0
_LEADER = "select pg_try_advisory_xact_lock(hashtext('albertplus.facts')) as mine"
_NEXT = "select id, name, subject, payload, at from facts order by id limit %s"


class FactPublisher:
    """The background task that publishes one service's facts. Only one replica does so at a time."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts the task."""
        self._task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        """Ends the task; what was not published stays in the database."""
        if self._task is not None:
            await end(self._task)

    async def _loop(self) -> None:
        await self._bus.wait_connected()
        ready = False
        while True:
            try:
                if not ready:
                    await ensure_facts(self._bus.jetstream())
                    ready = True
                if await self.publish_waiting() == _BATCH:
                    continue
            except (psycopg.Error, NatsError, OSError, TimeoutError, Refusal) as error:
                log.warning("facts wait to be published", error=str(error))
                ready = False
            await asyncio.sleep(_IDLE_POLL)

    async def publish_waiting(self) -> int:
        """Publishes a batch of waiting facts; answers how many."""
        async with self._db.connections.one() as connection, connection.transaction():
            leader = await (await connection.execute(_LEADER)).fetchone()
            if leader is None or not leader.mine:
                return 0
            rows = await (await connection.execute(_NEXT, [_BATCH])).fetchall()
            jetstream = self._bus.jetstream()
            for row in rows:
                await jetstream.publish(
                    f"{FACTS}.{self._db.service}.{row.name}.{_token(row.subject)}",
                    orjson.dumps(cloud_event(self._db.service, row)),
                    headers={"Nats-Msg-Id": f"{connection.epoch}/{row.id}"},
                )
            await connection.execute("delete from facts where id = any(%s)", [[row.id for row in rows]])
        return len(rows)


async def ensure_facts(jetstream: JetStreamContext) -> None:
    """Creates the stream of facts if there is none. Raises NatsError."""
    await ensure_stream(jetstream, STREAM, [f"{FACTS}.>"], max_age=_MAX_AGE, duplicate_window=120)


def cloud_event(service: str, row: Any) -> dict[str, Any]:
    """A fact as a CloudEvent 1.0 in structured JSON."""
    return {
        "specversion": "1.0",
        "id": str(row.id),
        "source": f"albertplus/{service}",
        "type": f"albertplus.{service}.{row.name}",
        "subject": row.subject,
        "time": row.at.isoformat(),
        "datacontenttype": "application/json",
        "data": row.payload,
    }


def _token(subject: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in subject) or "_"
