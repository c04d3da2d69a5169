"""WebSocket clients that cost next to nothing: a thousand of them in a process are not what is measured.

They do what a client must and no more: shake hands, take frames apart, answer pings. No message is parsed.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterable
from typing import cast

Heard = Callable[[bytes, float], None]
"""Told the text of each message, and when it was read."""
_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_FINAL, _MASKED = 0x80, 0x80
_SHORT, _MEDIUM, _LONG = 125, 126, 127
_OPENING_AT_ONCE = 50
_PATIENCE = 60.0


class Refused(Exception):
    """The server ended a connection; the message is what it said."""


class Socket(asyncio.Protocol):
    """One connection: open it with `open_socket`."""

    def __init__(self, host: str, path: str, heard: Heard, lost: Callable[[str], None]) -> None:
        self._upgrade = _UPGRADE.format(path=path, host=host).encode()
        self._heard = heard
        self._lost = lost
        self._rest = b""
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio calls this."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._upgrade)

    def data_received(self, data: bytes) -> None:
        """asyncio calls this."""
        at = time.time()
        if self._rest:
            data = self._rest + data
        start = 0 if self._is_open else self._shake_hands(data)
        if not self._is_open:
            self._rest = data
            return
        while (found := _next(data, start)) is not None:
            opcode, begin, start = found
            self._take(opcode, data[begin:start], at)
        self._rest = data[start:]

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio calls this."""
        self._end(str(error or "the server closed it"))

    def say(self, messages: Iterable[bytes]) -> None:
        """Sends texts."""
        self._transport.write(b"".join(_frame(_TEXT, text) for text in messages))

    def pause(self) -> None:
        """Reads no more, and has the kernel take little in its place."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._transport.pause_reading()

    def abort(self) -> None:
        """Ends it without a word."""
        self._lost = lambda _: None
        self._transport.abort()

    def _shake_hands(self, data: bytes) -> int:
        """Where the first frame begins, once the whole answer is there."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self._end(data.decode())
            return 0
        self._is_open = True
        self.opened.set_result(None)
        return end + 4

    def _end(self, why: str) -> None:
        if self.opened.done():
            self._lost(why)
        else:
            self.opened.set_exception(Refused(why))

    def _take(self, opcode: int, payload: bytes, at: float) -> None:
        if opcode == _TEXT:
            self._heard(payload, at)
        elif opcode == _PING:
            self._transport.write(_frame(_PONG, payload))
        elif opcode == _CLOSE:
            self._end(repr(payload))


def _next(data: bytes, start: int) -> tuple[int, int, int] | None:
    """The frame that begins at `start`: its opcode, where its payload begins and ends. None: not all here."""
    if len(data) < start + 2:
        return None
    size, begin = data[start + 1], start + 2
    if size > _SHORT:
        begin += 2 if size == _MEDIUM else 8
        size = int.from_bytes(data[start + 2 : begin], "big")
    return None if len(data) < begin + size else (data[start] & 0x0F, begin, begin + size)


def _frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame. Its mask is zeros: there has to be one, but nobody is to be protected by it here."""
    size = len(payload)
    if size <= _SHORT:
        head = bytes((_FINAL | opcode, _MASKED | size))
    elif size < 1 << 16:
        head = bytes((_FINAL | opcode, _MASKED | _MEDIUM)) + size.to_bytes(2, "big")
    else:
        head = bytes((_FINAL | opcode, _MASKED | _LONG)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


_opening = asyncio.Semaphore(_OPENING_AT_ONCE)


async def open_socket(address: str, path: str, heard: Heard, lost: Callable[[str], None]) -> Socket:
    """A connection whose handshake is done. Raises Refused; `lost` is called when it ends later."""
    host, _, port = address.partition(":")
    async with _opening, asyncio.timeout(_PATIENCE):
        loop = asyncio.get_running_loop()
        _, opened = await loop.create_connection(lambda: Socket(address, path, heard, lost), host, int(port))
        await opened.opened
    return opened
