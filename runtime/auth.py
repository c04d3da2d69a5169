"""Who is calling, between processes: short-lived signed assertions of a principal.

The gateway verifies a user's own token and from then on speaks for them; each hop is signed by the
process that makes it, for the process that receives it, and can be verified offline.
"""

from __future__ import annotations

import enum
import json
import os
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from runtime.refusal import Unauthenticated

PRINCIPAL_KEY = "albertplus-principal"
LIFETIME = 60.0
"""Seconds an assertion is valid."""
_REUSE = 30.0
_MAX_CACHED = 10_000
K = TypeVar("K")
V = TypeVar("V")


class Kind(enum.StrEnum):
    """What sort of caller a principal is."""

    ANONYMOUS = "anonymous"
    USER = "user"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a user (`subject` is the sign-in provider's user id), a service, or nobody."""

    subject: str = ""
    kind: Kind = Kind.ANONYMOUS
    admin: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether this is anyone at all."""
        return self.kind is not Kind.ANONYMOUS

    @classmethod
    def service(cls, name: str) -> Principal:
        """The identity of one of our own processes."""
        return cls(subject=name, kind=Kind.SERVICE)


ANONYMOUS = Principal()


class Signer:
    """Signs assertions as one process."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = name
        self._key = key
        self._recent: OrderedDict[tuple[Principal, str], tuple[float, str]] = OrderedDict()

    @classmethod
    def from_file(cls, name: str, path: Path) -> Signer:
        """Reads the PEM private key of process `name`. Raises ValueError when it is not Ed25519."""
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} does not hold an Ed25519 private key")
        return cls(name, key)

    def assertion(self, principal: Principal, audience: str) -> str:
        """A token that says to `audience` that `principal` is calling through this process."""
        now = time.time()
        found = self._recent.get((principal, audience))
        if found and found[0] > now:
            return found[1]
        claims = {
            "iss": self.name,
            "aud": audience,
            "sub": principal.subject,
            "kind": principal.kind.value,
            "admin": principal.admin,
            "iat": int(now),
            "exp": int(now + LIFETIME),
        }
        token = jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self.name})
        _remember(self._recent, (principal, audience), (now + _REUSE, token))
        return token


class Verifier:
    """Verifies assertions made for one process, against a file of trusted public keys (JWKS)."""

    def __init__(self, audience: str, trusted_keys: Path) -> None:
        self._audience = audience
        self._path = trusted_keys
        self._loaded: float | None = None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._verified: OrderedDict[str, tuple[float, Principal]] = OrderedDict()
        self._checked = 0.0
        self._reload()

    def principal(self, token: str) -> Principal:
        """The principal a token asserts. Raises Unauthenticated for anything but a valid one."""
        self._reload()
        found = self._verified.get(token)
        if found and found[0] > time.time():
            return found[1]
        claims = self._claims(token)
        principal = Principal(str(claims["sub"]), Kind(str(claims["kind"])), claims["admin"] is True)
        _remember(self._verified, token, (float(str(claims["exp"])), principal))
        return principal

    def _claims(self, token: str) -> dict[str, object]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = self._keys.get(str(kid))
            if key is None:
                raise Unauthenticated(problem="the assertion is signed by an unknown process")
            claims: dict[str, object] = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=self._audience,
                issuer=str(kid),
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
            Kind(str(claims["kind"]))
            claims["admin"]
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise Unauthenticated(problem="the assertion of the calling process is not valid") from error
        return claims

    def _reload(self) -> None:
        now = time.monotonic()
        if now - self._checked < 1.0 and self._loaded is not None:
            return
        self._checked = now
        changed = os.stat(self._path).st_mtime
        if changed == self._loaded:
            return
        keys = json.loads(self._path.read_text())["keys"]
        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="EdDSA") for key in keys}
        self._verified.clear()
        self._loaded = changed


def public_jwk(name: str, key: Ed25519PrivateKey) -> dict[str, str]:
    """The entry for process `name` in a file of trusted keys."""
    found: dict[str, str] = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": name, "alg": "EdDSA", "use": "sig"}


def _remember(cache: OrderedDict[K, V], key: K, value: V) -> None:
    cache[key] = value
    if len(cache) > _MAX_CACHED:
        cache.popitem(last=False)
