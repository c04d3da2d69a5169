"""`albertplus api-keys`: the keys with which programs, such as the scraper, write over HTTP."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Annotated, Any

import typer
from albertplus.identity.v1 import api_key_pb2
from albertplus.identity.v1 import api_key_service_pb2 as pb
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from cli import caller, rpc, target
from cli.errors import CommandError
from cli.screen import print_json

EXAMPLES = """
Examples:

  albertplus api-keys create scraper --scopes courses:write,programs:write,offerings:write,settings:read

  albertplus api-keys list

  albertplus api-keys rotate scraper --overlap 24h     the old key is good for a day more

  albertplus api-keys revoke scraper
"""
_SERVICE = "albertplus.identity.v1.ApiKeyService"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PAGE = 1000


def api_keys(
    action: Annotated[str, typer.Argument(metavar="create|list|rotate|revoke", help="What to do.")],
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Its name; to revoke one, also its id.")] = "",
    scopes: Annotated[
        str, typer.Option("--scopes", help="What a new key may do, separated by commas.")
    ] = "courses:write,programs:write,offerings:write,settings:read",
    overlap: Annotated[
        str, typer.Option("--overlap", metavar="TIME", help="How long the old key stays good: 10m, 24h, 7d.")
    ] = "24h",
    gateway: target.Gateway = "",
    token: caller.Token = "",
    user: caller.User = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make, list, exchange and revoke API keys.

    A new key is printed once; it is made here, and only its hash is sent and stored. By default a local
    administrator of `albertplus dev` calls.
    """
    call = _Calls(target.gateway_address(gateway), caller.signed_in(token, _user(token, user), not token)())
    if action != "list" and not name:
        raise CommandError("which key?", hint=f"as in `albertplus api-keys {action} scraper`")
    if action == "list":
        return _show(call.all(), as_json)
    if action == "create":
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        return _new(lambda digest: call.create(name, wanted, digest), as_json)
    if action == "rotate":
        old = call.current(name)
        return _new(lambda digest: call.rotate(old.id, digest, _seconds(overlap)), as_json)
    if action == "revoke":
        return _show([call.revoke(each.id) for each in call.named(name)], as_json)
    raise CommandError(f"{action!r} is nothing to do with keys", hint="create, list, rotate or revoke")


class _Calls:
    """ApiKeyService as an administrator."""

    def __init__(self, address: str, metadata: caller.Metadata) -> None:
        self._address = address
        self._metadata = metadata

    def create(self, name: str, scopes: list[str], digest: bytes) -> api_key_pb2.ApiKey:
        request = pb.CreateApiKeyRequest(name=name, scopes=scopes, secret_hash=digest)
        return self._send("CreateApiKey", request, pb.CreateApiKeyResponse).api_key

    def rotate(self, id_: str, digest: bytes, overlap: int) -> api_key_pb2.ApiKey:
        request = pb.RotateApiKeyRequest(id=id_, secret_hash=digest, overlap_seconds=overlap)
        return self._send("RotateApiKey", request, pb.RotateApiKeyResponse).api_key

    def revoke(self, id_: str) -> api_key_pb2.ApiKey:
        request = pb.RevokeApiKeyRequest(id=id_)
        return self._send("RevokeApiKey", request, pb.RevokeApiKeyResponse).api_key

    def all(self) -> list[api_key_pb2.ApiKey]:
        """Every key there ever was."""
        found: list[api_key_pb2.ApiKey] = []
        token = ""
        while True:
            request = pb.ListApiKeysRequest(page_size=_PAGE, page_token=token)
            page = self._send("ListApiKeys", request, pb.ListApiKeysResponse)
            found += page.api_keys
            token = page.next_page_token
            if not token:
                return found

    def named(self, name: str) -> list[api_key_pb2.ApiKey]:
        """The keys of this name or id that are good. Raises CommandError when there is none."""
        found = [each for each in self.all() if name in (each.name, each.id) and _state(each) != "gone"]
        if not found:
            raise CommandError(f"no key {name!r} is good", hint="`albertplus api-keys list` shows all keys")
        return found

    def current(self, name: str) -> api_key_pb2.ApiKey:
        """The newest of them: what a rotation replaces."""
        return self.named(name)[-1]

    def _send(self, method: str, request: Message, response: type[rpc.ResponseT]) -> rpc.ResponseT:
        return rpc.send(self._address, f"{_SERVICE}/{method}", request, response, self._metadata)


def _user(token: str, user: str) -> str:
    return user or ("" if token else "admin")


def _new(store: Any, as_json: bool) -> None:
    """Make a secret, have its hash stored, and print it: nobody will be able to again."""
    secret = f"ap_{secrets.token_urlsafe(32)}"
    key = store(hashlib.sha256(secret.encode()).digest())
    if as_json:
        return print_json({**MessageToDict(key, preserving_proto_field_name=True), "secret": secret})
    typer.echo(f"{key.name}: {', '.join(key.scopes)}. Keep this key; it is not shown again:", err=True)
    typer.echo(secret)
    return None


def _show(keys: list[api_key_pb2.ApiKey], as_json: bool) -> None:
    if as_json:
        return print_json([MessageToDict(key, preserving_proto_field_name=True) for key in keys])
    for key in keys:
        used = key.last_use_time.ToJsonString() if key.HasField("last_use_time") else "never used"
        typer.echo(f"{key.id}  {key.name:16}{_state(key):10}{used:32}{','.join(key.scopes)}")
    return None


def _state(key: api_key_pb2.ApiKey) -> str:
    if key.HasField("revoke_time"):
        return "gone"
    if not key.HasField("expire_time"):
        return "good"
    return "expiring" if key.expire_time.ToMicroseconds() > time.time() * 1e6 else "gone"


def _seconds(text: str) -> int:
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in _UNITS:
        raise CommandError(f"{text!r} is not a time", hint="write 0s, 10m, 24h or 7d")
    return int(number) * _UNITS[unit]
