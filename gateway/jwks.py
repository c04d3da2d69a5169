"""The public keys of one token issuer, fetched when needed and kept as long as that is safe.

The rules, all in `IssuerKeys`: at most one fetch at a time; keys are fetched again every ten minutes, so
that a withdrawn key stops working; an unknown key id causes a fetch too, as does a signature that is not of
the key we have under its id, but not more than one per cooldown; while the key server fails, keys fetched
within the last day keep working.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.key_server import KeyServer, KeyServerError
from runtime.tasks import end

MIN_RSA_BITS = 2048


@dataclass(frozen=True)
class VerificationKey:
    """One public key: its id, its numbers (equal numbers = the same key) and the key itself."""

    kid: str
    modulus: int
    exponent: int
    public: RSAPublicKey


@dataclass(frozen=True)
class KeyPolicy:
    """How long keys live, in seconds."""

    refresh: float = 600.0  # a withdrawn key works no longer than this
    unknown_kid_cooldown: float = 10.0  # made-up ids and signatures cause no more than one fetch in this time
    stale_if_error: float = 86_400.0  # while the key server fails, keys up to this age still verify
    retry_first: float = 1.0  # pause after a failed fetch when there are no keys at all
    fetch_timeout: float = 10.0  # of one fetch as a whole, however slowly the server drips


class IssuerKeys:
    """The key set of one issuer; `find` is all a verifier needs."""

    def __init__(
        self,
        issuer: str,
        http: httpx.AsyncClient,
        *,
        policy: KeyPolicy | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = KeyServer(issuer, http)
        self._policy = policy or KeyPolicy()
        self._now = now
        self._keys: Mapping[str, VerificationKey] | None = None
        self._fetched_at = 0.0
        self._tried_at = 0.0
        self._failure: str | None = None  # what the last fetch failed with
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> VerificationKey | None:
        """Return the key with this id, None if the issuer has none such.

        Raises KeyServerError when that cannot be said: the key server failed and no kept key will do.
        """
        if self._due():
            await self._refresh()
        key = self._usable().get(kid)
        if key is None and self._may_ask_again():
            await self._refresh()
            key = self._usable().get(kid)
        if key is None and self._failure is not None:
            raise KeyServerError(self._failure)  # it may be a new key: nobody knows before the server answers
        return key

    async def successor(self, key: VerificationKey) -> VerificationKey | None:
        """Return the key that has taken the place of `key` under the same id; None if none is known to."""
        if self._may_ask_again():
            await self._refresh()
        found = (self._keys or {}).get(key.kid)
        return None if found == key else found

    async def close(self) -> None:
        """Give up the fetch that is under way, if any."""
        if self._fetch is not None:
            await end(self._fetch)

    def _due(self) -> bool:
        """Whether the keys are missing or old, and the last failure is long enough ago."""
        if self._failure is not None:
            pause = self._policy.retry_first if self._keys is None else self._policy.unknown_kid_cooldown
            return self._now() - self._tried_at >= pause
        return self._keys is None or self._now() - self._fetched_at >= self._policy.refresh

    def _may_ask_again(self) -> bool:
        return self._failure is None and self._now() - self._tried_at >= self._policy.unknown_kid_cooldown

    def _usable(self) -> Mapping[str, VerificationKey]:
        """The kept keys; the failure of the last fetch if there are none, or none young enough."""
        if self._keys is not None and self._now() - self._fetched_at < self._policy.stale_if_error:
            return self._keys
        raise KeyServerError(self._failure or "its keys are too old")

    async def _refresh(self) -> None:
        """Join the fetch under way or start one; a caller that goes away doesn't end it for the others."""
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self._run_fetch())
        await asyncio.shield(self._fetch)

    async def _run_fetch(self) -> None:
        try:
            async with asyncio.timeout(self._policy.fetch_timeout):
                self._keys = parse_keys(await self._server.fetch())
        except (KeyServerError, TimeoutError) as error:
            self._failure = str(error) or "it did not answer in time"
        else:
            self._failure = None
            self._fetched_at = self._now()
        finally:
            self._tried_at = self._now()


def parse_keys(key_set: Mapping[str, Any]) -> dict[str, VerificationKey]:
    """Read a JWK set: its RSA signature keys by id. What is of another kind, broken or too short is left out.

    Raises KeyServerError when it is no key set at all.
    """
    entries = key_set.get("keys")
    if not isinstance(entries, list):
        raise KeyServerError("its key set has no list of keys")
    keys: dict[str, VerificationKey] = {}
    for entry in entries:
        key = _parse_key(entry)
        if key is not None:
            keys.setdefault(key.kid, key)
    return keys


def _parse_key(entry: Any) -> VerificationKey | None:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA":
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256":
        return None
    kid = entry.get("kid")
    if not isinstance(kid, str) or not kid:
        return None
    try:
        public = jwt.algorithms.RSAAlgorithm.from_jwk(entry)
    except (jwt.InvalidKeyError, ValueError, TypeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < MIN_RSA_BITS:
        return None
    numbers = public.public_numbers()
    return VerificationKey(kid, numbers.n, numbers.e, public)
