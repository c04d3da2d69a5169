"""Saying who calls: short-lived assertions that one process signs for another."""

from __future__ import annotations

import time
from collections import OrderedDict
from pathlib import Path
from typing import TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.key_files import Watched, key_id, read_private
from runtime.principal import Principal

LIFETIME = 60.0
"""Seconds an assertion is valid."""
_REUSE = 30.0
MAX_CACHED = 10_000
K = TypeVar("K")
V = TypeVar("V")


class Signer:
    """Signs assertions as one process."""

    def __init__(
        self, name: str, key: Ed25519PrivateKey, file: Watched[Ed25519PrivateKey] | None = None
    ) -> None:
        self.name = name
        self._file = file
        self._take(key)

    @classmethod
    def from_file(cls, name: str, path: Path) -> Signer:
        """Signs with the key in a PEM file, and with another as soon as the file holds another.

        Raises OSError, or ValueError when it is not Ed25519.
        """
        file = Watched(path, read_private)
        return cls(name, file.content, file)

    def assertion(self, principal: Principal, audience: str, origin: str = "") -> str:
        """A token that says to `audience` that `principal` is calling through this process.

        `origin` is the assertion by which this process itself was told so.
        """
        if self._file is not None and self._file.refresh():
            self._take(self._file.content)
        now = time.time()
        found = self._recent.get((principal, audience, origin))
        if found and found[0] > now:
            return found[1]
        token = self._sign(principal, audience, origin, now)
        remember(self._recent, (principal, audience, origin), (now + _REUSE, token))
        return token

    def _take(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._kid = key_id(key)
        self._recent: OrderedDict[tuple[Principal, str, str], tuple[float, str]] = OrderedDict()

    def _sign(self, principal: Principal, audience: str, origin: str, now: float) -> str:
        claims: dict[str, object] = {
            "iss": self.name,
            "aud": audience,
            "sub": principal.subject,
            "kind": principal.kind.value,
            "admin": principal.admin,
            "iat": int(now),
            "exp": int(now + LIFETIME),
        }
        if principal.scopes:
            claims["scopes"] = list(principal.scopes)
        if origin:
            claims["origin"] = origin
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._kid})


def remember(cache: OrderedDict[K, V], key: K, value: V) -> None:
    """Puts a value into a cache and, when that is full, drops the oldest."""
    cache[key] = value
    if len(cache) > MAX_CACHED:
        cache.popitem(last=False)
