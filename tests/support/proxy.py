"""A TCP proxy that gives each new connection to the next server that takes it, and can be a bad network."""

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
        self.delay = 0.0
        """Seconds that everything is late, in both directions."""
        self._targets = tuple(targets)
        self._next = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    async def start(self) -> None:
        """Begins to listen. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cuts every connection and listens no more."""
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.gather(*self._open, return_exceptions=True)

    def cut(self) -> None:
        """Ends every connection, whatever was on its way; new ones are taken."""
        for task in tuple(self._open):
            task.cancel()

    def hold(self) -> None:
        """Passes nothing on, as a network that swallows everything; connections stay open."""
        self._passing.clear()

    def release(self) -> None:
        """Passes on again, beginning with what was held."""
        self._passing.set()

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
            await asyncio.gather(self._copy(reader, there[1]), self._copy(there[0], writer))
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

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes on all that comes, then the end of it."""
        while data := await reader.read(_CHUNK):
            await self._passing.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
