"""Transactions. A query reads one snapshot and its reads are recorded; a mutation is one SERIALIZABLE unit.

Reading and writing are different types, so a signature shows which a function may do. Parameters are
bound by the client so that "begin, take the snapshot, read, commit" can travel as one message.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import psycopg
from google.protobuf.message import Message
from psycopg import AsyncClientCursor
from psycopg.types.json import Jsonb
from sqlalchemy import Executable

from runtime import audit, idempotency
from runtime.connections import Connection, Connections, is_passing
from runtime.context import Call, current_call
from runtime.owners import ERASED
from runtime.reads import Snapshot
from runtime.refusal import AccountDeleted, OutcomeUnknown, TryAgain, Unavailable
from runtime.statements import Statement, statement

ResponseT = TypeVar("ResponseT", bound=Message)
Row = Any
"""A named tuple with the columns of the statement."""

_BEGIN_READ = (
    "begin isolation level repeatable read read only;"
    "select pg_current_snapshot()::text, (select seq from log_head);"
)
_BEGIN_WRITE = "begin isolation level serializable;"
_EMIT = """
insert into facts (name, subject, payload)
select %(name)s, subject, payload
from unnest(%(subjects)s::text[], %(payloads)s::jsonb[]) as t (subject, payload)
"""
_RETRIED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_ATTEMPTS = 20
"""Small tables share pages, and PostgreSQL tells conflicts of SERIALIZABLE by page: many are false."""


class UndeclaredRead(TypeError):
    """A query ran SQL text without declaring its keys; see `runtime.statements.depends_on`."""


class ReadTx:
    """A REPEATABLE READ, READ ONLY transaction that records what it reads."""

    def __init__(self, service: str, connection: Connection, call: Call | None) -> None:
        self._service = service
        self._connection = connection
        self._cursor: AsyncClientCursor[Row] = AsyncClientCursor(
            connection, row_factory=connection.row_factory
        )
        self._call = call
        self.snapshot: Snapshot | None = None

    async def one(self, source: Executable, **parameters: Any) -> Row | None:
        """The only row, or None. Raises LookupError when there are more."""
        return _only(await self.all(source, **parameters))

    async def all(self, source: Executable, **parameters: Any) -> list[Row]:
        """All rows of a statement, its parameters by name."""
        prepared = statement(source)
        values = prepared.parameters(parameters)
        await self._run(prepared.sql, values)
        self._record(prepared, values)
        return await self._cursor.fetchall()

    async def _run(self, sql: str, values: Mapping[str, Any]) -> None:
        if self.snapshot is not None:
            await self._cursor.execute(sql, values)
            return
        await self._cursor.execute(_BEGIN_READ + sql, values)
        self.snapshot = await _snapshot(self._cursor, self._connection)

    def _record(self, prepared: Statement, values: Mapping[str, Any]) -> None:
        if self._call is None:
            return
        if prepared.reads is None:
            raise UndeclaredRead(prepared.sql)
        assert self.snapshot is not None
        self._call.reads.add(self._service, self.snapshot, prepared.keys(self._service, values))

    async def finish(self) -> None:
        """Ends the transaction."""
        if self.snapshot is not None:
            await self._connection.execute("commit", prepare=False)


class WriteTx(ReadTx):
    """A SERIALIZABLE transaction. What it reads need not be recorded; what it writes is, by the database."""

    def __init__(self, service: str, connection: Connection) -> None:
        super().__init__(service, connection, None)
        self._begun = False

    async def execute(self, source: Executable, **parameters: Any) -> int:
        """Runs a statement and answers how many rows it touched."""
        prepared = statement(source)
        await self._run(prepared.sql, prepared.parameters(parameters))
        return self._cursor.rowcount

    async def emit(self, name: str, subject: str, payload: Mapping[str, Any]) -> None:
        """Records a fact, named in the past tense, about the thing with id `subject`.

        It is published after the commit, at least once, as a CloudEvent (`runtime.facts`).
        """
        await self.emit_all(name, {subject: payload})

    async def emit_all(self, name: str, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Records one fact each about many things, by subject."""
        payloads = [Jsonb(dict(payload)) for payload in facts.values()]
        await self._run(_EMIT, {"name": name, "subjects": list(facts), "payloads": payloads})

    async def _run(self, sql: str, values: Mapping[str, Any]) -> None:
        if self._begun:
            await self._cursor.execute(sql, values)
            return
        self._begun = True
        await self._cursor.execute(_BEGIN_WRITE + sql, values)
        self._cursor.nextset()

    async def run(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Runs SQL of the runtime's own."""
        await self._run(sql, values or {})
        return await self._cursor.fetchall() if self._cursor.description else []

    async def commit(self, sql: str, values: Mapping[str, Any], *, first: str = "") -> Row:
        """Runs a last statement and commits in the same message; answers the statement's only row.

        A statement `first` runs before it, with the same parameters; it answers one row that nobody reads.
        """
        before = [part for part in ("" if self._begun else _BEGIN_WRITE, first and f"{first};") if part]
        await self._cursor.execute(f"{''.join(before)}{sql}; commit", values)
        for _ in before:
            self._cursor.nextset()
        return await self._cursor.fetchone()


Work = Callable[[WriteTx], Awaitable[ResponseT]]


class Database:
    """One service's database."""

    def __init__(self, service: str, dsn: str, *, size: int = 10) -> None:
        self.service = service
        self.connections = Connections(dsn, size=size, name=f"albertplus-{service}")
        self.committed: Callable[[bytes], Awaitable[None]] | None = None
        """Told of each commit that wrote something, with its serialised write set (`runtime.relay`)."""

    async def open(self) -> None:
        """Connects. Raises Unavailable when the database does not answer."""
        await self.connections.open()

    async def close(self) -> None:
        """Closes every connection."""
        await self.connections.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """One snapshot of the database for the current call. Raises LookupError outside of a call."""
        call = current_call()
        async with self.connections.one() as connection:
            tx = ReadTx(self.service, connection, call)
            try:
                yield tx
                await tx.finish()
            except psycopg.OperationalError as error:
                if is_passing(error):
                    raise Unavailable("database") from error
                raise

    async def one(self, source: Executable, **parameters: Any) -> Row | None:
        """A query of a single statement: its only row, or None."""
        return _only(await self.all(source, **parameters))

    async def all(self, source: Executable, **parameters: Any) -> list[Row]:
        """A query of a single statement: its rows, in one message to the database."""
        call = current_call()
        prepared = statement(source)
        if prepared.reads is None:
            raise UndeclaredRead(prepared.sql)
        values = prepared.parameters(parameters)
        for attempt in (1, 2, 3):
            try:
                async with self.connections.one() as connection:
                    snapshot, rows = await _read_once(connection, prepared.sql, values)
                break
            except psycopg.OperationalError as error:
                if not is_passing(error):
                    raise
                if attempt == 3:
                    raise Unavailable("database") from error
        call.reads.add(self.service, snapshot, prepared.keys(self.service, values))
        return rows

    async def mutate(self, request: Message, work: Work[ResponseT]) -> ResponseT:
        """Runs `work` in a SERIALIZABLE transaction and answers what it answered, after the commit.

        `work` runs again when the transaction lost against a concurrent one, so it must do nothing but use
        the transaction. With an idempotency key on the call a repeat of `request` answers what the first
        one did. Raises TryAgain when other transactions keep winning, and what `work` raises.
        """
        call = current_call()
        for attempt in range(1, _ATTEMPTS + 1):
            committing = False
            try:
                async with self.connections.one() as connection:
                    tx = WriteTx(self.service, connection)
                    stored = await idempotency.begin(tx, call, request, connection.epoch)
                    if stored is not None:
                        await self._announce(call, stored.written, stored.epoch)
                        return cast(ResponseT, stored.response())
                    response = await _unless_erased(work(tx))
                    committing = True
                    entry = audit.entry(call, request) if call.recorded else None
                    written = await idempotency.commit(tx, call, response, entry)
                    await self._announce(call, written, connection.epoch)
                    return response
            except _RETRIED as error:
                if attempt == _ATTEMPTS or call.time_left() < 0.05:
                    raise TryAgain from error
            except psycopg.errors.LockNotAvailable as error:
                # It may be the first mutation with our key that holds the lock: nothing is known about it.
                raise Unavailable("database") from error
            except psycopg.OperationalError as error:
                if not is_passing(error):
                    raise
                if committing and call.idempotency_key is None:
                    raise OutcomeUnknown from error
                if attempt == _ATTEMPTS:
                    raise Unavailable("database") from error
            await asyncio.sleep(random.uniform(0, min(0.1, 0.002 * 2**attempt)))  # noqa: S311 - spreads retries, no secret
        raise TryAgain

    async def _announce(self, call: Call, written: idempotency.Written, epoch: int) -> None:
        call.writes = written.write_set(self.service, epoch).SerializeToString()
        if self.committed is not None and written.write_set_keys:
            await self.committed(call.writes)


async def _unless_erased(work: Awaitable[ResponseT]) -> ResponseT:
    """What `work` answers. Raises AccountDeleted when the database refused a row of somebody erased."""
    try:
        return await work
    except psycopg.DatabaseError as error:
        if error.sqlstate == ERASED:
            raise AccountDeleted from error
        raise


async def _read_once(
    connection: Connection, sql: str, values: Mapping[str, Any]
) -> tuple[Snapshot, list[Row]]:
    cursor: AsyncClientCursor[Row] = AsyncClientCursor(connection, row_factory=connection.row_factory)
    await cursor.execute(f"{_BEGIN_READ}{sql}; commit", values)
    return await _snapshot(cursor, connection), await cursor.fetchall()


async def _snapshot(cursor: AsyncClientCursor[Row], connection: Connection) -> Snapshot:
    """What `_BEGIN_READ` has taken; the cursor then stands at the result of the statement behind it."""
    cursor.nextset()
    ((xids, head),) = await cursor.fetchall()
    cursor.nextset()
    return Snapshot(connection.epoch, xids, head)


def _only(rows: list[Row]) -> Row | None:
    if len(rows) > 1:
        raise LookupError("more than one row where one was expected")
    return rows[0] if rows else None
