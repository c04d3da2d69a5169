"""A real HTTP key server whose answers a test decides, and tokens signed with real keys."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NOW = 1_800_000_000.0


@cache
def rsa_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """A key that is the same for the same name throughout a test run."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def jwk(kid: str, key: RSAPrivateKey, **other: Any) -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {
        "kty": "RSA",
        "n": public["n"],
        "e": public["e"],
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
        **other,
    }


class Clock:
    """Time that passes when a test says so; both the wall clock and the monotonic one."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> float:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class FakeProvider:
    """The provider: what it publishes, how often it was asked, and its way of failing."""

    url: str
    keys: list[dict[str, Any]] = field(default_factory=list)
    configuration: dict[str, Any] | None = None
    fetches: int = 0
    other_requests: int = 0
    broken: Response | None = None
    hold: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a valid token; a change to None leaves the claim out."""
        valid = {"iss": self.url, "sub": "alice", "aud": "convex", "iat": NOW, "nbf": NOW, "exp": NOW + 60}
        return {name: value for name, value in {**valid, **changes}.items() if value is not None}

    def token(self, kid: Any = "first", key: Any = None, **changes: Any) -> str:
        """A token signed with the key of that id (or with `key`)."""
        payload = json.dumps(self.claims(**changes)).encode()
        return jwt.api_jws.PyJWS().encode(payload, key or rsa_key(kid), "RS256", headers={"kid": kid})

    async def serve_configuration(self, _: Request) -> Response:
        if self.configuration is None:
            return Response(status_code=404)
        return self.broken or JSONResponse(self.configuration)

    async def serve_keys(self, _: Request) -> Response:
        self.fetches += 1
        self.asked.set()
        if self.hold is not None:
            await self.hold.wait()
        return self.broken or JSONResponse({"keys": self.keys})

    async def serve_other(self, _: Request) -> Response:
        self.other_requests += 1
        return Response(status_code=404)


@contextlib.asynccontextmanager
async def running_provider() -> AsyncIterator[FakeProvider]:
    """A provider on a free port that publishes one key, `first`."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    provider = FakeProvider(
        f"http://127.0.0.1:{listener.getsockname()[1]}", keys=[jwk("first", rsa_key("first"))]
    )
    application = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.serve_configuration),
            Route("/.well-known/jwks.json", provider.serve_keys),
            Route("/{path:path}", provider.serve_other),
        ]
    )
    config = uvicorn.Config(application, log_level="error", lifespan="off")
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield provider
    finally:
        server.should_exit = True
        server.force_exit = True
        await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield
