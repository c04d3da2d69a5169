"""A WebSocket proxy that loses connections at chosen messages."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

LINGER_SECONDS = 0.3
_LARGEST = 1 << 28

Message = dict[str, Any]
Judge = Callable[[str, Message], str]
"""Given the direction (``up``, ``down``) and the message: ``pass``, ``before`` or ``after``.

``before`` cuts the connection instead of passing the message on. ``after`` passes it on, then cuts the
client off at once and the gateway a little later, as it happens when a network goes away.
"""


class Cutter:
    """Cuts the connection once, at the `nth` message of a type."""

    def __init__(self, direction: str, kind: str, verdict: str, nth: int = 1) -> None:
        self.cuts = 0
        self._wanted = (direction, kind)
        self._verdict = verdict
        self._left = nth

    def __call__(self, direction: str, message: Message) -> str:
        if (direction, message["type"]) != self._wanted or self.cuts:
            return "pass"
        self._left -= 1
        if self._left:
            return "pass"
        self.cuts = 1
        return self._verdict


@contextlib.asynccontextmanager
async def cutting(target: int, judge: Judge) -> AsyncIterator[str]:
    """The address of a proxy to the gateway at port `target`."""

    async def handle(down: ServerConnection) -> None:
        assert down.request is not None
        async with connect(
            f"ws://127.0.0.1:{target}{down.request.path}",
            max_size=_LARGEST,
            proxy=None,
            compression=None,
        ) as up:
            await _pass_on(down, up, judge)

    async with serve(handle, "127.0.0.1", 0, max_size=_LARGEST, compression=None) as server:
        (listener,) = server.sockets
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.close(close_connections=True)


async def _pass_on(down: ServerConnection, up: ClientConnection, judge: Judge) -> None:
    """Returns when either side has ended, or was cut off."""
    ways = (_copy(down, up, down, "up", judge), _copy(up, down, down, "down", judge))
    tasks = [asyncio.create_task(way) for way in ways]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    if any(task.done() and task.result() == "after" for task in tasks):
        await asyncio.sleep(LINGER_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    down.transport.abort()
    up.transport.abort()


async def _copy(
    source: ServerConnection | ClientConnection,
    target: ServerConnection | ClientConnection,
    client: ServerConnection,
    direction: str,
    judge: Judge,
) -> str:
    with contextlib.suppress(ConnectionClosed):
        async for text in source:
            verdict = judge(direction, json.loads(text))
            if verdict != "before":
                await target.send(text)
            if verdict != "pass":
                if verdict == "after" and direction == "down":
                    await asyncio.sleep(0.02)  # so that the client has read it
                client.transport.abort()
                return verdict
    return "ended"
