"""Whose API key a request carries: asked of identity by the key's hash, and remembered for a few seconds."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections import OrderedDict

from albertplus.identity.v1 import api_key_service_pb2

from gateway.upstream import Outgoing, Upstream
from runtime.methods import Methods
from runtime.principal import ORIGIN, Principal
from runtime.refusal import Unavailable
from runtime.status import error_info

SCOPES = ("courses:write", "programs:write", "offerings:write", "settings:read", "settings:write")
SHARED = "CONVEX_API_KEY"
"""The name under which the key of that setting acts, with all scopes."""
REMEMBERED = 5.0
"""Seconds for which identity is not asked again: so long a revoked key may still be good."""
_MOST = 1_000
_SECRET = re.compile(r"ap_[A-Za-z0-9_-]{43}")
_SERVICE = "albertplus.identity.v1.ApiKeyService"
_NOT_FOUND = "API_KEY_NOT_FOUND"


class ApiKeys:
    """Knows whose a key is."""

    def __init__(self, upstream: Upstream, shared: str) -> None:
        """`shared` is the key of the setting CONVEX_API_KEY; empty: there is none."""
        self._upstream = upstream
        self._shared = shared.encode()
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        method = Methods([_SERVICE]).find(f"{_SERVICE}/AuthenticateApiKey")
        assert method is not None
        self._method = method

    async def holder(self, given: str) -> Principal | None:
        """Who holds this key; None if it is nobody's. Raises Unavailable when nobody can say."""
        if self._shared and hmac.compare_digest(given.encode(), self._shared):
            return Principal.key(SHARED, SCOPES)
        if not _SECRET.fullmatch(given):
            return None
        digest = hashlib.sha256(given.encode()).digest()
        until, known = self._known.get(digest, (0.0, None))
        if known is not None and time.monotonic() < until:
            return known
        return await self._ask(digest)

    async def _ask(self, digest: bytes) -> Principal | None:
        self._known.pop(digest, None)
        asked = time.monotonic()
        request = api_key_service_pb2.AuthenticateApiKeyRequest(secret_hash=digest).SerializeToString()
        answer = await self._upstream.call(Outgoing(self._method, request, Principal.service(ORIGIN)))
        if answer.error is not None:
            info = error_info(answer.error)
            if info is not None and info.reason == _NOT_FOUND:
                return None
            raise Unavailable("identity")
        key = api_key_service_pb2.AuthenticateApiKeyResponse.FromString(answer.response or b"").api_key
        principal = Principal.key(key.name, tuple(key.scopes))
        self._known[digest] = (asked + REMEMBERED, principal)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return principal
