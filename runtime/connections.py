"""Connections of one service to its own database: a pool, and what every connection is told first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from runtime.refusal import InvalidArgument, Unavailable

log = structlog.get_logger()
set_json_loads(orjson.loads)
set_json_dumps(orjson.dumps)

EPOCH = """
select (timeline_id::bigint << 44) + (extract(epoch from pg_postmaster_start_time()) * 1000)::bigint
from pg_control_checkpoint()
"""
_SESSION = """
set idle_in_transaction_session_timeout = '10s';
set statement_timeout = '60s';
set lock_timeout = '10s';
"""
_WAIT_FOR_CONNECTION = 3.0


class Connection(AsyncConnection[Any]):
    """A connection that knows the epoch of the database it belongs to.

    The epoch rises whenever history may have been lost or rewritten: it is made of the timeline, which
    changes at a failover, and the start of the server, which changes at a restore or a crash.
    """

    epoch: int = 0


class Connections:
    """A pool of connections."""

    def __init__(self, dsn: str, *, size: int = 10, name: str = "albertplus") -> None:
        """`dsn` is the database's address; `size` the most connections held at once."""
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            connection_class=Connection,
            kwargs={"autocommit": True, "row_factory": namedtuple_row, "application_name": name},
            configure=_configure,
            min_size=1,
            max_size=size,
            timeout=_WAIT_FOR_CONNECTION,
            reconnect_timeout=0,
            open=False,
        )

    async def open(self) -> None:
        """Connects. Raises Unavailable when the database does not answer in time."""
        try:
            await self._pool.open(wait=True, timeout=10)
        except PoolTimeout as error:
            raise Unavailable("database") from error

    async def close(self) -> None:
        """Closes every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        """Lends a connection with no transaction open. Raises Unavailable when there is none.

        Raises InvalidArgument for a parameter that no column can hold: that is a text with a NUL character.
        """
        try:
            connection = await self._pool.getconn()
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise Unavailable("database") from error
        try:
            yield connection
        except psycopg.DataError as error:
            if error.sqlstate is not None:  # said by the server, and about more than the parameter itself
                raise
            raise InvalidArgument("request", "must not contain NUL characters") from error
        finally:
            await self._give_back(connection)

    async def _give_back(self, connection: Connection) -> None:
        if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            try:
                await connection.execute("rollback", prepare=False)
            except psycopg.Error:
                await connection.close()
        await self._pool.putconn(connection)


async def _configure(connection: Connection) -> None:
    await connection.execute(_SESSION, prepare=False)
    row = await (await connection.execute(EPOCH)).fetchone()
    assert row is not None
    connection.epoch = int(row[0])


def is_passing(error: BaseException) -> bool:
    """Whether the connection is gone or the server has no room (53: disk, memory, connections), rather than
    that a statement was wrong: the same may succeed later."""
    return isinstance(error, psycopg.OperationalError) and (
        error.sqlstate is None or error.sqlstate.startswith(("08", "53", "57P"))
    )
