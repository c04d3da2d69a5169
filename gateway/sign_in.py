"""Who a user is: verifies the token that the sign-in provider (Clerk, or the local issuer) gave them.

Nothing in a token is trusted before its signature is: the unverified issuer and key id only select among the
configured issuers and their published keys. Every claim that matters is then checked here, by our own rules.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt

from gateway.claims import ClaimRules, Identity
from gateway.jwks import IssuerKeys, KeyPolicy, VerificationKey
from gateway.key_server import KeyServerError
from runtime.auth import Kind, Principal
from runtime.refusal import Unauthenticated, Unavailable
from runtime.subjects import Subjects

__all__ = ["Identity", "KeyServerUnavailable", "SignIn", "SignInSettings", "bearer_token", "principal_of"]

ALGORITHM = "RS256"
MAX_TOKEN_BYTES = 8192
MAX_REMEMBERED = 10_000
HTTP_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
# A proxy in the environment is for the outside world, not for an issuer on this machine.
NO_PROXY = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))


@dataclass(eq=False)
class KeyServerUnavailable(Unavailable):
    """The sign-in provider's keys cannot be fetched just now, so nobody can say if this token is valid."""

    dependency: str = "sign-in provider"

    @classmethod
    def reason(cls) -> str:
        return Unavailable.reason()


@dataclass(frozen=True)
class SignInSettings:
    """Whose tokens are accepted.

    Each issuer's users are its own; those of the first are known by their plain subject (`runtime.subjects`).
    """

    issuers: tuple[str, ...]
    audience: str = "convex"
    authorized_parties: tuple[str, ...] = ()  # when not empty, a token must name one of them as `azp`
    keys: KeyPolicy = field(default_factory=KeyPolicy)


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token whose signature need not be checked again while the very same key stands behind its id."""

    issuer: str
    key: VerificationKey
    identity: Identity


class SignIn:
    """Verifies users' tokens. One per process: it holds the issuers' keys and remembers verified tokens."""

    def __init__(
        self,
        settings: SignInSettings,
        *,
        http: httpx.AsyncClient | None = None,
        wall_clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ValueError for an issuer that will not do, as neither https nor on this machine.

        Opens no connection yet.
        """
        self._http = http or httpx.AsyncClient(timeout=HTTP_TIMEOUT, mounts=NO_PROXY)
        self._now = wall_clock
        subjects = Subjects(settings.issuers)
        self._rules = ClaimRules(settings.audience, frozenset(settings.authorized_parties), subjects)
        self._issuers = {
            issuer: IssuerKeys(issuer, self._http, policy=settings.keys, now=monotonic)
            for issuer in settings.issuers
        }
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    async def verify(self, token: str) -> Identity:
        """Return whom `token` identifies.

        Refuses with Unauthenticated (TokenExpired if that is all that is wrong) for anything but a valid
        token, with KeyServerUnavailable when that cannot be known: such a user is not to be signed out.
        """
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._verified.get(digest)
        if known is not None and await self._key(known.issuer, known.key.kid) == known.key:
            identity = known.identity
        else:
            identity = await self._verify_anew(token, digest)
        self._rules.require_current(identity, self._now())
        return identity

    async def close(self) -> None:
        """Close the connections to the key servers."""
        for keys in self._issuers.values():
            await keys.close()
        await self._http.aclose()

    async def _key(self, issuer: str, kid: str) -> VerificationKey:
        try:
            key = await self._issuers[issuer].find(kid)
        except KeyServerError as error:
            raise KeyServerUnavailable from error
        if key is None:
            raise Unauthenticated(problem="the token is signed with a key its issuer does not publish")
        return key

    async def _verify_anew(self, token: str, digest: bytes) -> Identity:
        kid, issuer = _select(token, self._issuers)
        key = await self._key(issuer, kid)
        try:
            claims = _signed_claims(token, key)
        except Unauthenticated:
            successor = await self._issuers[issuer].successor(key)
            if successor is None:
                raise
            key, claims = successor, _signed_claims(token, successor)
        identity = self._rules.identity(claims, issuer)
        self._verified[digest] = _Verified(issuer, key, identity)
        if len(self._verified) > MAX_REMEMBERED:
            self._verified.popitem(last=False)
        return identity


def bearer_token(authorization: str | None) -> str | None:
    """The token in an ``authorization`` header; None without one. Refuses any other scheme than Bearer."""
    if not authorization:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(problem="the authorization header must be 'Bearer <token>'")
    return token.strip()


def principal_of(identity: Identity) -> Principal:
    """How our own services call this user. Tokens of one user and the same rights give equal principals."""
    return Principal(identity.user, Kind.USER, identity.admin)


def _select(token: str, issuers: Iterable[str]) -> tuple[str, str]:
    """The key id and the issuer a token names, before anything in it is believed."""
    if len(token) > MAX_TOKEN_BYTES:
        raise Unauthenticated(problem=f"the token is longer than {MAX_TOKEN_BYTES} bytes")
    try:
        parsed = jwt.api_jws.PyJWS().decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parsed["payload"])
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Unauthenticated(problem="the token is not a JSON web token") from error
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    if not isinstance(issuer, str) or issuer not in issuers:
        raise Unauthenticated(problem="the token comes from an issuer that is not configured here")
    return _key_id(parsed["header"]), issuer


def _key_id(header: Mapping[str, Any]) -> str:
    if header.get("alg") != ALGORITHM:
        raise Unauthenticated(problem=f"the token is not signed with {ALGORITHM}")
    if str(header.get("typ", "JWT")).upper() != "JWT" or "crit" in header or "b64" in header:
        raise Unauthenticated(problem="the token's header asks for something that is not supported")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Unauthenticated(problem="the token does not say which key signed it")
    return kid


def _signed_claims(token: str, key: VerificationKey) -> dict[str, Any]:
    try:
        payload = jwt.api_jws.PyJWS().decode(token, key.public, algorithms=[ALGORITHM])
    except jwt.PyJWTError as error:
        raise Unauthenticated(problem="the token's signature is not valid") from error
    claims: dict[str, Any] = json.loads(payload)
    return claims
