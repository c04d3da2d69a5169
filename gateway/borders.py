"""The border to browsers: whose pages may call, what may not be in a URL, what every answer says.

There are no cookies, so a page can do nothing with somebody's sign-in that it has not got itself. That only
known pages get through all the same keeps others from using up what our own users need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.addresses import FORWARDED_FOR, Proxies, current_address
from gateway.limit_settings import LOOPBACK
from runtime.limits import hit

_LOOPBACK_ORIGIN = r"https?://(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
SECRET_PARAMETERS = frozenset(
    (
        *("token", "access_token", "id_token", "refresh_token", "authorization", "auth", "jwt"),
        *("api_key", "apikey", "x-api-key", "key", "secret", "password"),
    )
)
CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": CONTENT_POLICY,
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
"""What every answer says, unless it says something else itself: it is no page, and in no page's frame."""
HSTS = {"strict-transport-security": "max-age=63072000; includeSubDomains"}


class Origins:
    """The origins whose pages may call."""

    def __init__(self, allowed: Iterable[str] = (LOOPBACK,)) -> None:
        """`allowed` are compared exactly; ``loopback`` stands for all on this machine."""
        self.pattern = "|".join(_LOOPBACK_ORIGIN if each == LOOPBACK else re.escape(each) for each in allowed)
        self._allowed = re.compile(self.pattern or r"(?!)")

    def allows(self, origin: str) -> bool:
        """Whether a page of this origin may call."""
        return self._allowed.fullmatch(origin) is not None


class Borders:
    """Surrounds an application."""

    def __init__(self, app: ASGIApp, origins: Origins, proxies: Proxies, *, behind_tls: bool = False) -> None:
        self._app = app
        self._origins = origins
        self._proxies = proxies
        self._headers = HEADERS | HSTS if behind_tls else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        app = self._admit(scope)
        await app(scope, receive, self._with_headers(send))

    def _admit(self, scope: Scope) -> ASGIApp:
        """Who is to answer. Not part of what stays as long as a WebSocket does: it needs the headers."""
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") else ""
        said = ",".join(headers.getlist(FORWARDED_FOR))
        current_address.set(self._proxies.client(peer, said))
        return _refusal(scope, headers, self._origins) or self._app

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                found = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    found.setdefault(name, value)
            await send(message)

        return sending


def _refusal(scope: Scope, headers: Headers, origins: Origins) -> Response | _Denial | None:
    answer = None
    origin = headers.get("origin")
    if origin is not None and not origins.allows(origin):
        hit("origin", origin=origin[:200])
        answer = _json(
            403, "OriginNotAllowed", "Pages of this origin may not call; see ALBERTPLUS_ALLOWED_ORIGINS."
        )
    elif _has_secret(scope["query_string"]):
        hit("secret_in_url")
        answer = _json(400, "SecretInUrl", "A URL is logged and shared: send a token or key in a header.")
    if answer is None or scope["type"] == "http":
        return answer
    return _Denial(answer)


def _has_secret(query: bytes) -> bool:
    if not query:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return any(name.lower() in SECRET_PARAMETERS for name, _ in pairs)


def _json(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status)


class _Denial:
    """Answers a WebSocket's handshake with a response."""

    def __init__(self, response: Response) -> None:
        self._response = response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # the handshake itself
        renamed = {"http.response.start": "websocket.http.response.start"}
        renamed["http.response.body"] = "websocket.http.response.body"

        async def sending(message: Message) -> None:
            await send({**message, "type": renamed[message["type"]]})

        await self._response({**scope, "type": "http"}, receive, sending)
