"""The gateway's HTTP side: whether it lives, whether it is ready, and what it has counted."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

GRACE_SECONDS = 3

Readiness = Callable[[], Mapping[str, bool]]


def application(readiness: Readiness) -> Starlette:
    """The routes. `readiness` names each thing that serving takes and whether it is there."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        found = dict(readiness())
        return JSONResponse(found, status_code=200 if all(found.values()) else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    )


class HttpServer(uvicorn.Server):
    """uvicorn inside a loop that is not its own: the process handles signals, not the server."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
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
