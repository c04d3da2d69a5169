"""The audit log: one row for each change made with more rights than a student's, and for each refused one.

A row says who, through which process, which RPC, when, which fields the request had (never what was in them,
but for ids) and what came of it. It is written in the mutation's own transaction; a refusal rolls that back,
so it is recorded by one of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from sqlalchemy import bindparam, delete

from runtime import audit_schema
from runtime.connections import Connections
from runtime.refusal import Refusal
from runtime.tasks import end

if TYPE_CHECKING:
    from runtime.context import Call
    from runtime.db import WriteTx

DONE = "OK"
APPEND = """select audit_append(%(audit_kind)s, %(audit_subject)s, %(audit_process)s, %(audit_method)s,
  %(audit_request_id)s, %(audit_summary)s, %(audit_outcome)s)"""
APPEND_IF_WRITTEN = f"{APPEND} where coalesce(current_setting('albertplus.write_set', true), '') <> ''"
"""Who changed nothing did nothing: an import of what is there already leaves no trace anywhere."""
_SEAL = "select sealed_seq, sealed_hash from audit_seal(%s) order by sealed_seq desc"
_BATCH = 500
_EVERY = 0.5
_RETRY = 1.0
_LONGEST = 200
_FORGET = delete(audit_schema.actors).where(audit_schema.actors.c.subject == bindparam("subject"))

log = structlog.get_logger()


def entry(call: Call, request: Message, outcome: str = DONE) -> Mapping[str, str]:
    """The parameters of `APPEND` for a call."""
    return {
        "audit_kind": "admin" if call.caller.admin else call.caller.kind.value,
        "audit_subject": call.caller.subject,
        "audit_process": call.process,
        "audit_method": call.method,
        "audit_request_id": call.request_id[:_LONGEST].replace("\0", ""),
        "audit_summary": summary(request),
        "audit_outcome": outcome,
    }


def summary(request: Message) -> str:
    """Which fields a request has, how many items, and ids: nothing that says anything about a person."""
    return ", ".join(_field(field, value) for field, value in request.ListFields())


async def record_refusal(connections: Connections, call: Call, request: Message, outcome: str) -> None:
    """Records that a call came to nothing; its own transaction has been rolled back.

    Raises nothing: what cannot be recorded is at least logged.
    """
    values = entry(call, request, outcome)
    try:
        async with connections.one() as connection:
            await connection.execute(APPEND, values)
    except (psycopg.Error, Refusal) as error:
        log.error("a refusal is missing from the audit log", **values, error=str(error))


async def anonymise(tx: WriteTx, subject: str) -> int:
    """Forgets who a user was in the audit log; answers as how many actors they had been known.

    What they did stays, and so does the chain: it never contained who they were.
    """
    return await tx.execute(_FORGET, subject=subject)


class Sealer:
    """The background task that numbers and chains what was committed."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts it."""
        self._task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        """Seals what is left and ends it."""
        if self._task is not None:
            await end(self._task)
            with contextlib.suppress(psycopg.Error, Refusal):
                await self.seal()

    async def seal(self) -> int:
        """Seals what waits, at most a batch; answers how much that was.

        The head of the chain goes to the process's log: kept elsewhere, it shows if all of it is replaced.
        """
        async with self._connections.one() as connection:
            rows = await (await connection.execute(_SEAL, [_BATCH])).fetchall()
        if rows:
            log.info("audit log sealed", seq=rows[0].sealed_seq, hash=bytes(rows[0].sealed_hash).hex())
        return len(rows)

    async def _loop(self) -> None:
        while True:
            try:
                sealed = await self.seal()
            except (psycopg.Error, Refusal) as error:
                log.warning("the audit log waits to be sealed", error=str(error))
                await asyncio.sleep(_RETRY)
                continue
            if sealed < _BATCH:
                await asyncio.sleep(_EVERY)


def _field(field: FieldDescriptor, value: Any) -> str:
    if field.is_repeated:
        return f"{field.name}[{len(value)}]"
    if field.name == "id" and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return f"id={uuid.UUID(value)}"
    return field.name
