"""The floor of an update: a server that does nothing but send a text to everybody who is connected.

It is the gateway's own WebSocket server (uvicorn, websockets) with a bare ASGI application. Whoever connects
to `/control` says what to send and how often, and hears when that began.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import uvloop

from gateway.http import HttpServer, listen
from runtime.process import write_ready_file

CONTROL, LISTEN = "/control", "/listen"


class Broadcast:
    """The ASGI application."""

    def __init__(self) -> None:
        self._listening: dict[Any, None] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        if scope["path"] == CONTROL:
            await self._obey(receive, send)
            return
        self._listening[send] = None
        await send({"type": "websocket.send", "text": "you are in"})
        await _until_disconnected(receive)
        del self._listening[send]

    async def _obey(self, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            order = json.loads(message["text"])
            began, used = time.time(), time.process_time()
            for _ in range(order["times"]):
                await self._send(order["text"])
                await asyncio.sleep(0)  # else several texts would leave together
            answer = {"began": began, "cpu": time.process_time() - used}
            await send({"type": "websocket.send", "text": json.dumps(answer)})

    async def _send(self, text: str) -> None:
        message = {"type": "websocket.send", "text": text}
        for send in tuple(self._listening):
            await send(message)


async def _until_disconnected(receive: Any) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def serve() -> None:
    """Until it is told to stop. Says in the ready file which port it has."""
    socket = listen("127.0.0.1", 0)
    application: Any = Broadcast()
    write_ready_file(Path(os.environ["ALBERTPLUS_READY_FILE"]), {"http_port": socket.getsockname()[1]})
    await HttpServer(application).serve(sockets=[socket])


if __name__ == "__main__":
    uvloop.run(serve())
