"""Believing who calls: verifies assertions, and that the process that signed them may say so.

A process speaks as a service for itself alone. A user, a key or nobody is asserted by the gateway, which has
verified them; another process has to pass on the assertion by which the gateway told it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

from runtime.key_files import TrustedKey, Watched, read_trusted
from runtime.principal import ORIGIN, Caller, Kind, Principal
from runtime.refusal import Unauthenticated
from runtime.signing import LIFETIME, remember

PROBLEM = "the calling process did not prove who it is"
"""All that a stranger is told, whatever was wrong."""
MAX_LENGTH = 8_192
LEEWAY = 5.0
"""Seconds that the clocks of two machines may differ."""
PASSED_ON = 60.0
"""Seconds that a process may take before it passes on what it was told."""
_REQUIRED = ["exp", "iat", "sub", "aud", "iss"]
_Key = tuple[str, TrustedKey]


class Verifier:
    """Verifies assertions made for one process, against a file of trusted public keys (JWKS)."""

    def __init__(self, audience: str, trusted_keys: Path) -> None:
        """Reads the file. Raises OSError, or ValueError and the like for a broken one."""
        self._audience = audience
        self._file = Watched(trusted_keys, read_trusted)
        self._verified: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def caller(self, token: str) -> Caller:
        """Who calls, according to a token. Raises Unauthenticated for anything but a valid one."""
        self._refresh()
        found = self._verified.get(token)
        if found and found[0] > time.time():
            return found[1]
        try:
            until, caller = self._verify(token)
        except (jwt.PyJWTError, LookupError, ValueError, TypeError) as error:
            raise Unauthenticated(problem=PROBLEM) from error
        remember(self._verified, token, (until, caller))
        return caller

    def _verify(self, token: str) -> tuple[float, Caller]:
        process, claims, until = self._claims(token, self._audience)
        principal = _principal(claims)
        if principal.kind is Kind.SERVICE:
            _require(principal == Principal.service(process), "speaks as another service")
        elif process != ORIGIN:
            until = min(until, self._origin(str(claims["origin"]), process, principal))
        return until, Caller(principal, process, token)

    def _origin(self, token: str, told: str, principal: Principal) -> float:
        """Until when the gateway's word to process `told`, that `principal` calls, is good."""
        process, claims, until = self._claims(token, told, PASSED_ON)
        _require(process == ORIGIN, "passes on the word of a process that knows no users")
        _require(_principal(claims) == principal, "passes on something else than it was told")
        return until + PASSED_ON

    def _claims(
        self, token: str, audience: str, leeway: float = LEEWAY
    ) -> tuple[str, Mapping[str, Any], float]:
        """The process that signed a token, what it says, and until when that is good."""
        _require(len(token) <= MAX_LENGTH, "is too long")
        trusted = self._key(str(jwt.get_unverified_header(token)["kid"]))
        claims: dict[str, Any] = jwt.decode(
            token,
            trusted.key,
            algorithms=["EdDSA"],
            audience=audience,
            issuer=trusted.process,
            options={"require": _REQUIRED, "strict_aud": True},
            leeway=leeway,
        )
        _require(claims["exp"] - claims["iat"] <= LIFETIME + 1, "is good for too long")
        until = float(claims["exp"])
        return trusted.process, claims, until if trusted.until is None else min(until, trusted.until)

    def _key(self, kid: str) -> TrustedKey:
        """The key of an id; a new one may have come a moment ago."""
        if kid not in self._file.content:
            self._refresh(now=True)
        trusted = self._file.content[kid]
        _require(trusted.until is None or time.time() < trusted.until, "is signed by a key of the past")
        return trusted

    def _refresh(self, *, now: bool = False) -> None:
        if self._file.refresh(now=now):
            self._verified.clear()


def _principal(claims: Mapping[str, Any]) -> Principal:
    scopes = claims.get("scopes", [])
    _require(isinstance(scopes, list), "has no list of scopes")
    return Principal(
        str(claims["sub"]), Kind(str(claims["kind"])), claims["admin"] is True, tuple(map(str, scopes))
    )


def _require(true: bool, problem: str) -> None:
    if not true:
        raise ValueError(f"the assertion {problem}")
