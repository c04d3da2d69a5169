"""The Convex door: every connection of this gateway, until it is drained."""

from __future__ import annotations

import asyncio
import contextlib
import re

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.convex.calls import FunctionCalls
from gateway.convex.clock import Clock
from gateway.convex.http import ConvexHttp
from gateway.convex.limits import DEFAULT_LIMITS, ConvexLimits
from gateway.convex.session import OVERLOAD, RESTART, TRY_LATER, ConvexSession, StartAction
from gateway.convex.websocket import Connection
from gateway.driver import LiveDriver
from gateway.guard import Guard, Place, Verifier
from runtime.limits import hit
from runtime.refusal import Refusal
from runtime.tasks import end

CHUNKS_FROM = (1, 28, 0)
# The newest that Convex itself no longer serves.
OLDEST_REFUSED = {"npm": (0, 19, 1), "python": (0, 0, 2), "rust": (0, 0, 1)}
_PATH = re.compile(r"/api/(?:(?P<version>[^/]+)/)?sync")
_CLIENT = re.compile(r"([a-z]+)-(\d+)\.(\d+)\.(\d+)")

Version = tuple[int, int, int]


class ConvexDoor:
    """Serves the Convex protocol over WebSockets, and over HTTP."""

    def __init__(
        self,
        driver: LiveDriver,
        calls: FunctionCalls,
        sign_in: Verifier,
        clock: Clock,
        guard: Guard | None = None,
        *,
        limits: ConvexLimits = DEFAULT_LIMITS,
    ) -> None:
        """Without a `guard` nobody is counted."""
        self._limits = limits
        self._guard = guard or Guard()
        self._driver = driver
        self._calls = calls
        self._sign_in = sign_in
        self._clock = clock
        self._http = ConvexHttp(calls, driver, sign_in, clock, self._guard)
        self._open: dict[ConvexSession, Connection] = {}
        self._actions: set[asyncio.Task[None]] = set()
        self._draining = False
        self._empty = asyncio.Event()
        self._empty.set()

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return self._http.routes()

    async def sockets(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves WebSockets, as an ASGI application: each layer would stay as long as they do."""
        path = _PATH.fullmatch(scope["path"])
        socket = WebSocket(scope, receive, send)
        if path is None:
            await socket.close()
        else:
            await self._serve(socket, path["version"])

    async def drain(self, timeout: float) -> None:
        """Sends every client elsewhere, once its calls are answered; after `timeout` in any case."""
        self._draining = True
        for session in tuple(self._open):
            session.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait_empty(), timeout)
        for connection in tuple(self._open.values()):
            connection.abort()

    async def close(self) -> None:
        """Abandons what is still under way."""
        await end(*self._actions)

    async def wait_empty(self) -> None:
        """Returns when no connection is open."""
        await self._empty.wait()

    async def _serve(self, socket: WebSocket, in_path: str | None) -> None:
        client, version = _client(in_path, socket)
        if version is not None and version <= OLDEST_REFUSED.get(client, (-1, 0, 0)):
            await socket.send_denial_response(_too_old(client))
            return
        await socket.accept()
        place = self._place()
        if place is None:
            code, reason = (RESTART, "") if self._draining else (OVERLOAD, TRY_LATER)
            await socket.close(code, reason)
            return
        chunked = client == "npm" and version is not None and version >= CHUNKS_FROM
        connection = Connection(
            socket,
            chunked=chunked,
            verify=self._sign_in.verify,
            start_action=self._start_action,
            guard=self._guard,
            place=place,
        )
        try:
            await self._serve_session(connection)
        finally:
            place.leave()

    def _place(self) -> Place | None:
        """Room for another connection, from where this one comes; None if there is none."""
        if self._draining:
            return None
        if len(self._open) >= self._limits.connections:
            hit("sockets")
            return None
        try:
            return self._guard.admit()
        except Refusal:
            return None

    async def _serve_session(self, connection: Connection) -> None:
        session = ConvexSession(
            self._driver,
            self._calls,
            self._clock,
            connection.outbox,
            connection.charge,
            limits=self._limits,
        )
        self._open[session] = connection
        self._empty.clear()
        try:
            await connection.serve(session)
        finally:
            del self._open[session]
            if not self._open:
                self._empty.set()

    def _start_action(self, session: ConvexSession, work: StartAction) -> None:
        """An action goes on when its client leaves: nobody could undo what it has done so far."""
        task = asyncio.create_task(self._act(session, work))
        self._actions.add(task)
        task.add_done_callback(self._actions.discard)

    async def _act(self, session: ConvexSession, work: StartAction) -> None:
        payload, writes = await self._calls.act(work.call)
        self._driver.wrote(writes)
        session.action_finished(work, payload)


def _client(in_path: str | None, socket: WebSocket) -> tuple[str, Version | None]:
    """Which client this is, and which version of it, as far as that can be read."""
    said = f"npm-{in_path}" if in_path is not None else socket.headers.get("convex-client", "")
    found = _CLIENT.match(said)
    if found is None:
        return said.partition("-")[0], None
    return found[1], (int(found[2]), int(found[3]), int(found[4]))


def _too_old(client: str) -> JSONResponse:
    message = f"This version of the {client} client is no longer supported: update it."
    headers = {"x-convex-deprecation-state": "Unsupported", "x-convex-deprecation-message": message}
    return JSONResponse({"code": "ClientVersionUnsupported", "message": message}, 400, headers)
