"""`albertplus run issuer`: the local sign-in provider's public key over HTTP, on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from cli.dev.files import write_private
from cli.dev.issuer import DEFAULT_PORT, LocalIssuer
from cli.dev.ports import LOOPBACK, require_free


def run() -> None:
    """Serve until SIGTERM or SIGINT, as the environment says: ALBERTPLUS_HOME, _ISSUER_PORT, _READY_FILE."""
    home = Path(os.environ.get("ALBERTPLUS_HOME", ".albertplus"))
    port = int(os.environ.get("ALBERTPLUS_ISSUER_PORT", DEFAULT_PORT))
    ready_file = os.environ.get("ALBERTPLUS_READY_FILE")
    asyncio.run(serve(home, port, Path(ready_file) if ready_file else None))


async def serve(home: Path, port: int, ready_file: Path | None) -> None:
    """Serve the issuer of `home` on `port` (0 = a free one) until told to stop by a signal.

    Once it answers, `ready_file` says where. Raises CommandError when the port is taken.
    """
    with _listen(port) as listener:
        bound = int(listener.getsockname()[1])
        issuer = LocalIssuer.start(home, f"http://{LOOPBACK}:{bound}")
        if ready_file is not None:  # connections are queued from here on
            write_private(ready_file, json.dumps({"http_port": bound, "pid": os.getpid()}))
        print(f"local sign-in on {issuer.url}", flush=True)
        config = uvicorn.Config(application(issuer), log_level="warning", access_log=False, lifespan="off")
        await _Server(config).serve(sockets=[listener])


def application(issuer: LocalIssuer) -> Starlette:
    """The two documents that verifiers read."""

    async def configuration(_: Request) -> JSONResponse:
        return JSONResponse(issuer.configuration())

    async def key_set(_: Request) -> JSONResponse:
        return JSONResponse(issuer.key_set())

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", configuration),
            Route("/.well-known/jwks.json", key_set),
        ]
    )


class _Server(uvicorn.Server):
    """Ends with exit code 0 after a signal; uvicorn itself would send the signal to the process once more."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True


def _listen(port: int) -> socket.socket:
    if port:
        require_free(port, "local sign-in")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen(128)
    return listener
