"""The Convex door on a real socket, over functions on rows in memory."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from albertplus.live.v1 import live_source_pb2
from websockets.asyncio.client import ClientConnection, connect

from gateway.claims import Identity
from gateway.convex.calls import FunctionCalls
from gateway.convex.clock import Clock
from gateway.convex.door import ConvexDoor
from gateway.convex.limits import DEFAULT_LIMITS, ConvexLimits
from gateway.convex.results import Renderer
from gateway.driver import LiveDriver
from gateway.functions.context import FunctionSettings
from gateway.guard import Guard, GuardedSignIn, Quotas
from gateway.http import HttpServer, application, listen
from gateway.http_limits import DEFAULT_HTTP, HttpLimits
from gateway.live.core import LiveCore
from gateway.live.limits import Limits
from gateway.methods import public_methods
from gateway.sign_in import KeyServerUnavailable
from gateway.upstream import Upstream
from runtime.refusal import Unauthenticated
from tests.gateway.convex.functions import SERVICE, Rows, table
from tests.gateway.convex.rig import identity


class Sources:
    """The one service, as far as the driver needs it."""

    async def changes(self, *_: object) -> live_source_pb2.ChangesResponse:
        """Its change log, in which nothing ever is: there are only writes of this gateway."""
        return live_source_pb2.ChangesResponse(epoch=1, head=0)


class Keys:
    """Tokens are names; `rogue` is signed by somebody else, for `down` the keys can't be had."""

    async def verify(self, token: str) -> Identity:
        """Whom the token names."""
        if token == "down":
            raise KeyServerUnavailable
        if token == "rogue":
            raise Unauthenticated(problem="the token's signature is not valid")
        return identity(token, now=time.time())


class Served:
    """A running door."""

    def __init__(
        self,
        http: HttpLimits = DEFAULT_HTTP,
        quotas: Quotas | None = None,
        limits: ConvexLimits = DEFAULT_LIMITS,
    ) -> None:
        """`quotas` are those of users and addresses; without them nobody is counted."""
        self.rows = Rows(wall=time.time_ns())
        upstream, methods = cast("Upstream", Sources()), public_methods()
        now = asyncio.get_running_loop().time()
        core = LiveCore([SERVICE], Limits(), lambda: 0.5, now)
        calls = FunctionCalls(table(self.rows), upstream, methods, FunctionSettings(), Renderer(False))
        self.driver = LiveDriver(core, upstream, methods, calls)
        guard = Guard(quotas or Quotas(), http.proxies)
        sign_in = GuardedSignIn(Keys(), guard)
        self.door = ConvexDoor(self.driver, calls, sign_in, Clock(), guard, limits=limits)
        self._server = HttpServer(application(dict, self.door.routes(), http, self.door.sockets), http)
        self._socket = listen("127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.http = httpx.AsyncClient(base_url=f"http://{self.address}")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Served]:
        """Serves."""
        self._socket.listen(1024)  # who comes before the server does waits in line
        task = asyncio.create_task(self._server.serve([self._socket]))
        self.driver.soon()
        async with self.http:
            yield self
        await self.door.drain(0.2)
        self._server.should_exit = True
        await task
        await self.door.close()
        await self.driver.close()

    def socket(self, path: str = "/api/1.48.0/sync", **more: Any) -> connect:
        """A socket to connect with."""
        return connect(f"ws://{self.address}{path}", max_size=None, proxy=None, **more)


async def say(socket: ClientConnection, *messages: dict[str, Any]) -> None:
    """Sends messages."""
    for message in messages:
        await socket.send(json.dumps(message))


async def hear(socket: ClientConnection, kind: str = "Transition") -> dict[str, Any]:
    """The next message of this type."""
    while True:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 20))
        if message["type"] == kind:
            return message


def greeting(**more: Any) -> dict[str, Any]:
    """The first message of a connection."""
    return {"type": "Connect", "sessionId": str(uuid.uuid4()), "connectionCount": 0, "clientTs": 5} | more


def query_set(*modifications: dict[str, Any], base: int = 0) -> dict[str, Any]:
    """A change of the query set."""
    return {
        "type": "ModifyQuerySet",
        "baseVersion": base,
        "newVersion": base + 1,
        "modifications": list(modifications),
    }


def mutation(number: int, function: str, **args: Any) -> dict[str, Any]:
    """A mutation."""
    return {"type": "Mutation", "requestId": number, "udfPath": f"test:{function}", "args": [args]}
