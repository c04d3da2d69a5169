"""API keys at the ingestion routes: whose they are, what they may do, and for how long."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

import httpx
import pytest
from albertplus.identity.v1 import api_key_service_pb2 as pb
from albertplus.identity.v1.api_key_service_pb2_grpc import ApiKeyServiceStub
from starlette.applications import Starlette

from gateway import api_keys
from gateway.api_keys import ApiKeys
from gateway.methods import public_methods
from gateway.routes import Ingestion
from tests.gateway.functions.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTING = {"key": "a", "value": "b"}


async def make(world: World, name: str, *scopes: str) -> tuple[str, Any]:
    """A new key: its secret, and what is stored of it."""
    secret = f"ap_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(secret.encode()).digest()
    request = pb.CreateApiKeyRequest(name=name, scopes=scopes, secret_hash=digest)
    stub = ApiKeyServiceStub(world.rig.channel())
    answer = await stub.CreateApiKey(request, metadata=world.rig.signed_in("ada", admin=True))
    return secret, answer.api_key


def client(world: World) -> httpx.AsyncClient:
    """What posts to the routes."""
    keys = ApiKeys(world.upstream, "")
    routes = Ingestion(world.upstream, public_methods(), keys, lambda _: None).routes()
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://g")


async def post(http: httpx.AsyncClient, secret: str, path: str = "/api/appConfigs/set") -> tuple[int, Any]:
    """The answer to a setting."""
    answer = await http.post(path, json=SETTING, headers={"X-API-KEY": secret})
    return answer.status_code, answer.json()


async def test_a_key_does_what_its_scopes_say(world: World) -> None:
    secret, _ = await make(world, "reader", "settings:read")
    async with client(world) as http:
        assert (await post(http, secret, "/api/appConfigs/get"))[0] == 200
        refused = (403, {"error": "This API key lacks the scope settings:write"})
        assert await post(http, secret) == refused


async def test_a_key_nobody_made_is_refused(world: World) -> None:
    async with client(world) as http:
        for wrong in (f"ap_{secrets.token_urlsafe(32)}", "ap_", "x" * 46):
            assert await post(http, wrong) == (401, {"error": "Invalid or missing API key"})


async def test_the_audit_log_names_the_key(world: World) -> None:
    secret, _ = await make(world, "writer", "settings:write")
    async with client(world) as http:
        assert (await post(http, secret))[0] == 200
    catalog = world.rig.services["catalog"]
    async with catalog.db.connections.one() as connection:
        rows = await (
            await connection.execute(
                "select subject, l.kind from audit_log l join audit_actors a using (actor)"
            )
        ).fetchall()
    assert ("writer", "key") in [tuple(row) for row in rows]


async def test_a_revoked_key_is_refused_after_seconds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, key = await make(world, "lost", "settings:write")
    async with client(world) as http:
        assert (await post(http, secret))[0] == 200
        stub = ApiKeyServiceStub(world.rig.channel())
        admin = world.rig.signed_in("ada", admin=True)
        await stub.RevokeApiKey(pb.RevokeApiKeyRequest(id=key.id), metadata=admin)
        clock = time.monotonic() + api_keys.REMEMBERED + 1
        monkeypatch.setattr(time, "monotonic", lambda: clock)
        assert (await post(http, secret))[0] == 401
