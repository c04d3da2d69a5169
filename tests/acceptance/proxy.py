"""A TCP proxy that gives each new connection to the next server that takes it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

HOST = "127.0.0.1"
_CHUNK = 1 << 16


class RoundRobin:
    """Listens on a port of this machine and passes connections on to others, in turn."""

    def __init__(self, targets: Sequence[int], port: int = 0) -> None:
        """`targets` are ports; `port` 0 takes a free one."""
        self.port = port
        self.taken = [0] * len(targets)
        """How many connections each target was given."""
        self._targets = tuple(targets)
        self._next = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begins to listen. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cuts every connection and listens no more."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        with contextlib.suppress(asyncio.CancelledError, OSError):
            try:
                await self._pass_on(reader, writer)
            finally:
                writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._connect()
        if there is None:
            return
        try:
            await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
        finally:
            there[1].transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to the next target that listens; None when none does."""
        for _ in self._targets:
            at = self._next
            self._next = (at + 1) % len(self._targets)
            with contextlib.suppress(OSError):
                connection = await asyncio.open_connection(HOST, self._targets[at])
                self.taken[at] += 1
                return connection
        return None


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Passes on all that comes, then the end of it."""
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
