"""API keys: made, used, exchanged, revoked."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from albertplus.identity.v1 import api_key_service_pb2 as pb
from albertplus.identity.v1.api_key_service_pb2_grpc import ApiKeyServiceStub

from gateway.api_keys import SCOPES
from runtime.methods import Methods
from tests.contracts.schema import services
from tests.identity.people import Identity
from tests.support.rpc import Refused, outcome


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


class Keys:
    """ApiKeyService as an administrator, and as the gateway that asks whose a key is."""

    def __init__(self, identity: Identity) -> None:
        self._admin = identity.service.user("ada", admin=True)
        self._gateway = identity.service.service("gateway")

    async def create(self, name: str, secret: str, *scopes: str) -> Any:
        request = pb.CreateApiKeyRequest(
            name=name, scopes=scopes or ["courses:write"], secret_hash=digest(secret)
        )
        return await outcome(self._admin(ApiKeyServiceStub, "CreateApiKey", request))

    async def rotate(self, id_: str, secret: str, overlap: int = 0) -> Any:
        request = pb.RotateApiKeyRequest(id=id_, secret_hash=digest(secret), overlap_seconds=overlap)
        return await outcome(self._admin(ApiKeyServiceStub, "RotateApiKey", request))

    async def revoke(self, id_: str) -> Any:
        return await outcome(self._admin(ApiKeyServiceStub, "RevokeApiKey", pb.RevokeApiKeyRequest(id=id_)))

    async def use(self, secret: str) -> Any:
        request = pb.AuthenticateApiKeyRequest(secret_hash=digest(secret))
        return await outcome(self._gateway(ApiKeyServiceStub, "AuthenticateApiKey", request))

    async def all(self) -> list[Any]:
        answer = await self._admin(ApiKeyServiceStub, "ListApiKeys", pb.ListApiKeysRequest())
        return list(answer.api_keys)


@pytest.fixture
def keys(identity: Identity) -> Keys:
    return Keys(identity)


def reason(found: Any) -> str:
    """Why it was refused; empty if it was not."""
    return found.reason if isinstance(found, Refused) else ""


async def test_a_key_is_found_by_its_secret(keys: Keys) -> None:
    made = (await keys.create("scraper", "s", "courses:write", "settings:read")).api_key
    found = (await keys.use("s")).api_key
    assert (found.id, found.name, list(found.scopes)) == (
        made.id,
        "scraper",
        ["courses:write", "settings:read"],
    )
    assert reason(await keys.use("other")) == "API_KEY_NOT_FOUND"


async def test_the_last_use_is_seen_and_not_written_each_time(keys: Keys, identity: Identity) -> None:
    await keys.create("scraper", "s")
    (before,) = await keys.all()
    await keys.use("s")
    (first,) = await keys.all()
    await keys.use("s")
    (second,) = await keys.all()
    assert not before.HasField("last_use_time")
    assert first.HasField("last_use_time")
    assert first.last_use_time == second.last_use_time
    identity.sql("update api_keys set last_use_time = last_use_time - interval '2 minutes'")
    await keys.use("s")
    assert (await keys.all())[0].last_use_time.ToMicroseconds() >= first.last_use_time.ToMicroseconds()


async def test_a_revoked_key_is_refused(keys: Keys) -> None:
    made = (await keys.create("scraper", "s")).api_key
    assert (await keys.revoke(made.id)).api_key.HasField("revoke_time")
    assert reason(await keys.use("s")) == "API_KEY_NOT_FOUND"
    assert reason(await keys.rotate(made.id, "t")) == "API_KEY_NOT_FOUND"


async def test_old_and_new_are_good_together_for_a_while(keys: Keys, identity: Identity) -> None:
    made = (await keys.create("scraper", "old")).api_key
    new = (await keys.rotate(made.id, "new", overlap=600)).api_key
    assert (new.name, new.scopes) == (made.name, made.scopes)
    assert [reason(await keys.use(each)) for each in ("old", "new")] == ["", ""]
    identity.sql("update api_keys set expire_time = now() where expire_time is not null")
    assert [reason(await keys.use(each)) for each in ("old", "new")] == ["API_KEY_NOT_FOUND", ""]


async def test_without_overlap_the_old_one_is_refused_at_once(keys: Keys) -> None:
    made = (await keys.create("scraper", "old")).api_key
    await keys.rotate(made.id, "new")
    assert reason(await keys.use("old")) == "API_KEY_NOT_FOUND"


async def test_names_and_secrets_are_used_once(keys: Keys) -> None:
    made = (await keys.create("scraper", "s")).api_key
    assert reason(await keys.create("scraper", "t")) == "API_KEY_EXISTS"
    assert reason(await keys.create("another", "s")) == "API_KEY_EXISTS"
    await keys.revoke(made.id)
    assert reason(await keys.create("scraper", "t")) == ""


@pytest.mark.parametrize(("name", "scope"), [("", "courses:write"), ("A b", "courses:write"), ("a", "all")])
async def test_impossible_keys_are_refused(keys: Keys, name: str, scope: str) -> None:
    assert reason(await keys.create(name, "s", scope)) == "INVALID_ARGUMENT"


async def test_nothing_stored_is_the_secret(keys: Keys, identity: Identity) -> None:
    await keys.create("scraper", "ap_very_secret")
    rows = identity.sql("select a::text from api_keys a union all select i::text from idempotency i")
    assert rows
    assert "very_secret" not in str(rows)


def test_every_scope_of_an_rpc_can_be_given() -> None:
    scopes = {method.scope for method in Methods(each.full_name for each in services()) if method.scope}
    assert scopes
    assert scopes <= set(SCOPES)
