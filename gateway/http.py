"""The gateway's HTTP side: the server, and whether it lives, is ready, and what it has counted."""

from __future__ import annotations

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
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request as Handshake

GRACE_SECONDS = 3
MAX_MESSAGE = 32 * 1024 * 1024
SILENCE = 120.0
"""Seconds after which a client that answers no ping is taken for gone."""
DIRECT = "albertplus.direct"
METHODS = ("GET", "POST", "OPTIONS", "PATCH", "DELETE", "PUT")
# Every origin may call: what a page may do hangs on the token it sends, and there are no cookies.
CROSS_ORIGIN = Middleware(
    CORSMiddleware,
    allow_origin_regex=".*",
    allow_methods=METHODS,
    allow_headers=("*",),
    allow_credentials=True,
    max_age=86_400,
)

Readiness = Callable[[], Mapping[str, bool]]


def application(readiness: Readiness, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """Serves `routes` too. `readiness` names each thing that serving takes and whether it is there."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        found = dict(readiness())
        return JSONResponse(found, status_code=200 if all(found.values()) else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    own = (Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics))
    return Starlette(routes=[*own, *routes], middleware=[CROSS_ORIGIN])


class DirectSocket(Protocol):
    """What a WebSocket can do without waiting, which ASGI has no words for: `DIRECT` among the extensions."""

    def write_text(self, text: bytes) -> bool:
        """Writes a text message; false, and nothing is written, while the socket takes no more."""

    def abort(self) -> None:
        """Is rid of a client that does not read."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, and a `DirectSocket`."""

    is_full = False
    """What was written has not left: more has to wait."""

    def handle_connect(self, event: Handshake) -> None:
        """Offers itself before the application runs."""
        super().handle_connect(event)
        if hasattr(self, "scope"):  # a bad handshake has none
            extensions = cast("dict[str, Any]", self.scope["extensions"])
            extensions[DIRECT] = self

    def pause_writing(self) -> None:
        """The transport says that it is full."""
        super().pause_writing()
        self.is_full = True

    def resume_writing(self) -> None:
        """It no longer is."""
        super().resume_writing()
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

    def abort(self) -> None:
        """Closes without a word."""
        self.transport.abort()


class HttpServer(uvicorn.Server):
    """uvicorn inside a loop that is not its own: the process handles signals, not the server."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws=WebSocketProtocol,
            ws_max_size=MAX_MESSAGE,
            ws_ping_timeout=SILENCE,
            ws_per_message_deflate=False,  # an update goes to many: each would be compressed anew
        )
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
