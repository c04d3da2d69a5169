"""HTTP connections: uvicorn's, which knows no limits of its own for heads, for slow readers, for crowds."""

from __future__ import annotations

import asyncio
from typing import cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.borders import HEADERS
from gateway.http_limits import HttpLimits
from runtime.limits import hit


class HttpConfig(uvicorn.Config):
    """uvicorn's, where its protocols find the limits."""

    limits: HttpLimits


class ReadWatch:
    """Ends a connection whose client reads nothing of what waits for it, for as long as the limit says."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._left = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Something waits to be read."""
        self._left = self._transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def stop(self) -> None:
        """It was read, or the connection is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._transport.get_write_buffer_size() < self._left:
            self.start()  # it reads, if slowly
        else:
            hit("write_seconds")
            self._transport.abort()


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's, which would wait for ever for the head of a request, however long that is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuses to open more connections than may be."""
        super().connection_made(transport)
        self._limits = cast("HttpConfig", self.config).limits
        self._head_bytes = 0
        self._in_head = True
        self._head_timer = self.loop.call_later(self._limits.head_seconds, self._head_too_slow)
        self._reads = ReadWatch(transport, self._limits.write_seconds)
        if len(self.connections) > self._limits.connections:
            hit("connections")
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets its timers."""
        self._head_timer.cancel()
        self._reads.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts while a head is being read."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self._limits.head_bytes:
            hit("head_bytes")
            self._refuse(431, "Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        if not self._in_head:  # not the first one of this connection
            self._in_head, self._head_bytes = True, 0
            self._head_timer = self.loop.call_later(self._limits.head_seconds, self._head_too_slow)

    def on_headers_complete(self) -> None:
        """Its head is here."""
        self._in_head = False
        self._head_timer.cancel()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The transport says that it is full."""
        super().pause_writing()
        self._reads.start()

    def resume_writing(self) -> None:
        """It no longer is."""
        super().resume_writing()
        self._reads.stop()

    def send_400_response(self, msg: str) -> None:
        """Answers what is no HTTP."""
        self._refuse(400, "Bad Request", msg)

    def _head_too_slow(self) -> None:
        if not self.transport.is_closing():
            hit("head_seconds")
            self._refuse(408, "Request Timeout")

    def _refuse(self, status: int, phrase: str, text: str = "") -> None:
        if self.transport.is_closing():
            return
        body = f"{text or phrase}\n"
        headers = HEADERS | {
            "content-type": "text/plain",
            "content-length": str(len(body)),
            "connection": "close",
        }
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*lines, "", body]).encode())
        self.transport.close()
