"""How long a request's body may be, and how slowly it may come."""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.limits import hit


class BodyRefused(Exception):
    """The body is too long, or too slow. Whoever reads a body lets this through; see `RequestLimits`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.response = JSONResponse({"code": code, "message": message}, status, {"connection": "close"})


class RequestLimits:
    """Surrounds an application."""

    def __init__(self, app: ASGIApp, max_bytes: int, body_seconds: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if _announced(scope) > self._max_bytes:
                raise self._too_long()
            await self._app(scope, self._receiving(receive), send)
        except BodyRefused as refused:
            await refused.response(scope, receive, send)

    def _receiving(self, receive: Receive) -> Receive:
        until = asyncio.get_running_loop().time() + self._body_seconds
        size, complete = 0, False

        async def receiving() -> Message:
            nonlocal size, complete
            if complete:  # what may come now is that the client has gone
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError as error:
                hit("body_seconds")
                raise BodyRefused(408, "RequestTimeout", "The request took too long to arrive.") from error
            size += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if size > self._max_bytes:
                raise self._too_long()
            return message

        return receiving

    def _too_long(self) -> BodyRefused:
        hit("request_bytes")
        message = f"The request is larger than {self._max_bytes} bytes."
        return BodyRefused(413, "RequestTooLarge", message)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
