"""That deleted users are forgotten by every service: recording who has, and reminding who has not."""

from __future__ import annotations

import asyncio
import time

import psycopg
import structlog
from google.protobuf.empty_pb2 import Empty

from runtime.auth import Principal
from runtime.bus import Bus
from runtime.consumer import Consumer, Fact, Malformed
from runtime.context import Call, enter
from runtime.db import Database, WriteTx
from runtime.erasure import USER_DATA_ERASED
from runtime.ids import new_id
from runtime.refusal import Refusal
from runtime.tasks import end
from services.identity.commands import erasures
from services.identity.model import FORGETTING

log = structlog.get_logger()

EVERY = 30.0
"""How often to look for services that have not said that they have forgotten a user."""
_ENOUGH = 20.0


def recording(db: Database, bus: Bus) -> Consumer:
    """What records that a service has forgotten a user."""

    async def record(fact: Fact) -> None:
        service, rows = fact.text("service"), fact.data.get("row_count")
        if service not in FORGETTING or not isinstance(rows, int):
            raise Malformed(f"{fact.name} of {service} with {rows!r} rows")

        async def work(tx: WriteTx) -> Empty:
            await erasures.record(tx, erasures.id_in(fact.subject), service, rows)
            return Empty()

        await db.mutate(Empty(), work)

    return Consumer(db, bus, "identity-erasures", f"*.{USER_DATA_ERASED}.*", record)


class Reminder:
    """Tells again of deleted users whom some service has not said to have forgotten.

    The broker may have lost what was told, or a service may have failed at it.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts the task."""
        self._task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        """Ends the task."""
        if self._task is not None:
            await end(self._task)

    async def remind(self) -> int:
        """Tells once more of those whose turn it is; answers how many that were."""
        told = 0

        async def work(tx: WriteTx) -> Empty:
            nonlocal told
            told = await erasures.tell_again(tx)
            return Empty()

        enter(_call())
        await self._db.mutate(Empty(), work)
        return told

    async def _loop(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                if told := await self.remind():
                    log.warning("services were reminded to forget users", users=told)
            except (psycopg.Error, Refusal) as error:
                log.warning("services were not reminded", error=str(error))


def _call() -> Call:
    return Call(
        method="reminder",
        caller=Principal.service("identity"),
        request_id=new_id(),
        deadline=time.monotonic() + _ENOUGH,
    )
