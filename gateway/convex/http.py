"""The HTTP side of the Convex door: one function, one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.convex.calls import MAX_ARGUMENTS, FunctionCalls
from gateway.convex.clock import Clock, from_wire, to_wire
from gateway.convex.identity import NOBODY, Caller, caller
from gateway.convex.moments import Moments
from gateway.driver import LiveDriver
from gateway.errors import TooManyRequests
from gateway.functions.function import Kind
from gateway.functions.runner import Outcome
from gateway.guard import Guard, Verifier
from gateway.request_limits import BodyRefused
from gateway.sign_in import KeyServerUnavailable, bearer_token
from runtime.refusal import Refusal

MAX_BODY = MAX_ARGUMENTS + 2_000
MAX_BATCH = 100
ENCODED, PLAIN = "convex_encoded_json", "json"

Handler = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger(__name__)


class Refused(Exception):
    """The request itself is not acceptable, whatever the function."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.response = JSONResponse({"code": code, "message": message}, status)


@dataclass(frozen=True, slots=True)
class Asked:
    """A function, its arguments as JSON, and how to write the answer."""

    path: str
    args: Any
    plain: bool


class ConvexHttp:
    """Its routes."""

    def __init__(
        self, calls: FunctionCalls, driver: LiveDriver, sign_in: Verifier, clock: Clock, guard: Guard
    ) -> None:
        self._guard = guard
        self._calls = calls
        self._driver = driver
        self._sign_in = sign_in
        self._clock = clock
        self._moments = Moments()

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [
            _post("/api/query", self._kind(Kind.QUERY)),
            Route("/api/query", _answered(self._get_query), methods=["GET"]),
            _post("/api/mutation", self._kind(Kind.MUTATION)),
            _post("/api/action", self._kind(Kind.ACTION)),
            _post("/api/query_ts", self._query_ts),
            _post("/api/query_at_ts", self._query_at_ts),
            _post("/api/query_batch", self._query_batch),
            _post("/api/run/{path:path}", self._run),
            _post("/api/debug_event", _ignore),
            Route("/version", _text(version("albertplus"))),
            Route("/instance_version", _text(version("albertplus"))),
            Route("/instance_name", _text("albertplus")),
            Route("/", _text("This Convex deployment is running.")),
        ]

    def _kind(self, kind: Kind) -> Handler:
        async def handle(request: Request) -> Response:
            who = await self._caller(request)
            asked = _asked(await _body(request))
            return await self._respond(kind, asked, who)

        return handle

    async def _respond(self, kind: Kind, asked: Asked, who: Caller) -> Response:
        self._admit(who, mutation=kind is not Kind.QUERY)
        outcome = await self._calls.once(kind, asked.path, asked.args, who)
        self._driver.wrote(outcome.writes)
        return _json(self._written(outcome, asked))

    def _written(self, outcome: Outcome, asked: Asked) -> bytes:
        if outcome.error is not None and outcome.error.system:
            log.warning("a call had no outcome", function=asked.path, problem=outcome.error.text)
            raise Refused(503, "ServiceUnavailable", "Something is out of order just now; try again.")
        return self._calls.renderer.http(outcome, plain=asked.plain)

    async def _get_query(self, request: Request) -> Response:
        who, query = await self._caller(request), request.query_params
        args = _parse(query.get("args", "{}").encode())
        asked = _asked({"path": query.get("path"), "args": args, "format": query.get("format")})
        return await self._respond(Kind.QUERY, asked, who)

    async def _query_ts(self, request: Request) -> Response:
        return JSONResponse({"ts": to_wire(self._clock.tick())})

    async def _query_at_ts(self, request: Request) -> Response:
        who, body = await self._caller(request), await _body(request)
        asked = _asked(body)
        try:
            ts = from_wire(body.get("ts"))
        except ValueError as error:
            raise Refused(400, "BadRequest", f"ts: {error}") from error
        if not self._clock.is_believable(ts) or ts < self._clock.now() - Moments.KEPT * 10**9:
            raise Refused(400, "TimestampOutOfRange", "This timestamp is too old, or not one of ours.")
        self._admit(who)
        key = (ts, who.scope, asked.path, orjson.dumps(asked.args, option=orjson.OPT_SORT_KEYS))
        outcome = await self._moments.first(
            key, lambda: self._calls.once(Kind.QUERY, asked.path, asked.args, who)
        )
        return _json(self._written(outcome, asked))

    async def _query_batch(self, request: Request) -> Response:
        who, body = await self._caller(request), await _body(request)
        queries = body.get("queries")
        if not isinstance(queries, list) or len(queries) > MAX_BATCH:
            raise Refused(400, "BadRequest", f"queries is a list of at most {MAX_BATCH}")
        asked = [_asked(each) for each in queries]
        self._admit(who, count=len(asked))
        outcomes = await asyncio.gather(
            *(self._calls.once(Kind.QUERY, each.path, each.args, who) for each in asked)
        )
        results = (self._written(outcome, each) for outcome, each in zip(outcomes, asked, strict=True))
        return _json(b'{"results":[' + b",".join(results) + b"]}")

    async def _run(self, request: Request) -> Response:
        who, body = await self._caller(request), await _body(request)
        module, slash, function = request.path_params["path"].rpartition("/")
        path = f"{module}:{function}" if slash else function
        asked = _asked({**body, "path": path})
        return await self._respond(self._calls.kind_of(path), asked, who)

    def _admit(self, who: Caller, *, mutation: bool = False, count: int = 1) -> None:
        try:
            self._guard.check(who.identity, mutation=mutation, count=count)
        except TooManyRequests as refusal:
            raise _too_many(refusal) from refusal

    async def _caller(self, request: Request) -> Caller:
        try:
            token = bearer_token(request.headers.get("authorization"))
            return NOBODY if token is None else caller(await self._sign_in.verify(token))
        except KeyServerUnavailable as refusal:
            raise Refused(503, "AuthProviderUnavailable", refusal.message()) from refusal
        except TooManyRequests as refusal:
            raise _too_many(refusal) from refusal
        except Refusal as refusal:
            raise Refused(401, "Unauthenticated", refusal.message()) from refusal


def _too_many(refusal: TooManyRequests) -> Refused:
    refused = Refused(429, "TooManyRequests", refusal.message())
    refused.response.headers["retry-after"] = f"{refusal.retry_after:.0f}"
    return refused


def _post(path: str, handler: Handler) -> Route:
    return Route(path, _answered(handler), methods=["POST"])


def _answered(handler: Handler) -> Handler:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return refused.response
        except BodyRefused:
            raise
        except Exception:
            log.exception("a request failed", path=request.url.path)
            return JSONResponse({"code": "InternalServerError", "message": "internal error"}, 500)

    return answered


def _text(text: str) -> Handler:
    async def answer(_: Request) -> Response:
        return PlainTextResponse(text)

    return answer


async def _ignore(_: Request) -> Response:
    return JSONResponse({})


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


async def _body(request: Request) -> dict[str, Any]:
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > MAX_BODY:
            raise Refused(413, "RequestTooLarge", f"The request is larger than {MAX_BODY} bytes.")
    body = _parse(bytes(raw))
    if not isinstance(body, dict):
        raise Refused(400, "BadRequest", "The body is not a JSON object.")
    return body


def _parse(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "BadJsonBody", f"This is not JSON: {error}") from error


def _asked(body: Any) -> Asked:
    if not isinstance(body, dict) or not isinstance(body.get("path"), str):
        raise Refused(400, "BadRequest", "path is the name of a function")
    written = body.get("format")
    if written not in (None, ENCODED, PLAIN):
        raise Refused(400, "BadRequest", f"format is {ENCODED} or {PLAIN}")
    return Asked(body["path"], body.get("args", {}), written != ENCODED)
