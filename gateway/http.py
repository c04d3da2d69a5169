"""The gateway's HTTP side: the server, and whether it lives, is ready, and what it has counted."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request as Handshake

from gateway.borders import Borders
from gateway.http_limits import DEFAULT_HTTP, HttpLimits
from gateway.http_protocol import HttpConfig, HttpProtocol, ReadWatch
from gateway.request_limits import RequestLimits
from runtime.limits import hit

GRACE_SECONDS = 3
SILENCE = 120.0
"""Seconds after which a client that answers no ping is taken for gone."""
DIRECT = "albertplus.direct"
TOO_LARGE = 1009
METHODS = ("GET", "POST", "OPTIONS", "PATCH", "DELETE", "PUT")

Readiness = Callable[[], Mapping[str, bool]]


def application(
    readiness: Readiness,
    routes: Sequence[BaseRoute] = (),
    limits: HttpLimits = DEFAULT_HTTP,
    sockets: ASGIApp | None = None,
) -> ASGIApp:
    """Serves `routes` too, and WebSockets by `sockets`.

    `readiness` names each thing that serving takes and whether it is there.
    """

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        found = dict(readiness())
        return JSONResponse(found, status_code=200 if all(found.values()) else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    own = (Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics))
    inner = [
        Middleware(
            CORSMiddleware,
            allow_origin_regex=limits.origins.pattern,
            allow_methods=METHODS,
            allow_headers=("*",),
            allow_credentials=True,
            max_age=86_400,
        ),
        Middleware(RequestLimits, max_bytes=limits.request_bytes, body_seconds=limits.body_seconds),
    ]
    served: ASGIApp = Starlette(routes=[*own, *routes], middleware=inner)
    served = _Split(served, sockets) if sockets is not None else served
    return Borders(served, limits.origins, limits.proxies, behind_tls=limits.behind_tls)


class _Split:
    """Keeps WebSockets out of what concerns requests alone: each layer would stay as long as they do."""

    def __init__(self, requests: ASGIApp, sockets: ASGIApp) -> None:
        self._requests = requests
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._sockets if scope["type"] == "websocket" else self._requests
        await app(scope, receive, send)


class Inbox:
    """What uvicorn has for the application, with as much of an `asyncio.Queue` as it uses, in a tenth of the
    memory."""

    def __init__(self) -> None:
        self._waiting: list[Any] = []
        self._getter: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Whether there is nothing."""
        return not self._waiting

    def put_nowait(self, event: Any) -> None:
        """Adds something."""
        self._waiting.append(event)
        if self._getter is not None and not self._getter.done():
            self._getter.set_result(None)

    async def get(self) -> Any:
        """The next; waits for it. For one reader only."""
        while not self._waiting:
            self._getter = asyncio.get_running_loop().create_future()
            await self._getter
            self._getter = None
        return self._waiting.pop(0)


class DirectSocket(Protocol):
    """What a WebSocket can do without waiting, which ASGI has no words for: `DIRECT` among the extensions."""

    def write_text(self, text: bytes) -> bool:
        """Writes a text message; false, and nothing is written, while the socket takes no more."""

    def forget_handshake(self) -> None:
        """Keeps nothing of it: a connection may stay for days."""

    def abort(self) -> None:
        """Is rid of a client that does not read."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, and a `DirectSocket`."""

    is_full = False
    """What was written has not left: more has to wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = cast("asyncio.Queue[Any]", Inbox())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Watches whether the client reads."""
        super().connection_made(transport)
        seconds = cast("HttpConfig", self.config).limits.write_seconds
        self._reads = ReadWatch(self.transport, seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Watches no longer."""
        self._reads.stop()
        super().connection_lost(exc)

    def handle_parser_exception(self) -> None:
        """What was sent is no message, or longer than one may be."""
        if self.conn.close_sent is not None and self.conn.close_sent.code == TOO_LARGE:
            hit("message_bytes")
        super().handle_parser_exception()

    def handle_connect(self, event: Handshake) -> None:
        """Offers itself before the application runs."""
        super().handle_connect(event)
        if hasattr(self, "scope"):  # a bad handshake has none
            extensions = cast("dict[str, Any]", self.scope["extensions"])
            extensions[DIRECT] = self

    def pause_writing(self) -> None:
        """The transport says that it is full."""
        super().pause_writing()
        self._reads.start()
        self.is_full = True

    def resume_writing(self) -> None:
        """It no longer is."""
        super().resume_writing()
        self._reads.stop()
        self.is_full = False

    def write_text(self, text: bytes) -> bool:
        """Writes a text message, if the connection is open and not full."""
        if self.is_full or self.close_sent or self.disconnected:
            return False
        try:
            self.conn.send_text(text)
        except InvalidState:
            return False
        self.transport.writelines(self.conn.data_to_send())
        return True

    def forget_handshake(self) -> None:
        """Its headers are larger than all else that is kept of an idle connection."""
        self.scope["headers"] = []
        for headers in (self.request.headers, self.response.headers):
            headers.clear()  # the parser keeps them, too

    def abort(self) -> None:
        """Closes without a word."""
        self.transport.abort()


class HttpServer(uvicorn.Server):
    """uvicorn inside a loop that is not its own: the process handles signals, not the server."""

    def __init__(self, app: ASGIApp, limits: HttpLimits = DEFAULT_HTTP) -> None:
        config = HttpConfig(
            app,
            http=HttpProtocol,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws=WebSocketProtocol,
            ws_max_size=limits.message_bytes,
            ws_ping_timeout=SILENCE,
            ws_per_message_deflate=False,  # an update goes to many: each would be compressed anew
            proxy_headers=False,  # see `gateway.addresses`
            server_header=False,
        )
        config.limits = limits
        config.timeout_graceful_shutdown = GRACE_SECONDS
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals alone."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError naming the port when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise OSError(f"port {port} on {host}: {error.strerror}") from error
    return found
