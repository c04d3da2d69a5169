"""A signed-in user as functions see them, and whose results are whose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.claims import Identity
from gateway.convex.values import InvalidValue, decode, encode
from gateway.live import messages as live
from gateway.live_requests import scope_of
from gateway.sign_in import principal_of
from runtime.auth import ANONYMOUS

# What each claim is called in a UserIdentity.
STANDARD = {
    "name": "name",
    "given_name": "givenName",
    "family_name": "familyName",
    "nickname": "nickname",
    "preferred_username": "preferredUsername",
    "profile": "profileUrl",
    "picture": "pictureUrl",
    "website": "websiteUrl",
    "email": "email",
    "email_verified": "emailVerified",
    "gender": "gender",
    "birthdate": "birthday",
    "zoneinfo": "timezone",
    "locale": "language",
    "phone_number": "phoneNumber",
    "phone_number_verified": "phoneNumberVerified",
    "address": "address",
    "updated_at": "updatedAt",
}
# Of the token, not of the user; most of them differ in each token, which must not make it another identity.
OF_THE_TOKEN = frozenset(
    (
        *("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "fva"),
        *("azp", "auth_time", "nonce", "acr", "amr", "at_hash", "c_hash"),
    )
)


def user_identity(identity: Identity) -> dict[str, Any]:
    """The UserIdentity that Convex makes of the claims, as a Convex value."""
    found: dict[str, Any] = {
        "tokenIdentifier": f"{identity.issuer}|{identity.subject}",
        "issuer": identity.issuer,
        "subject": identity.subject,
    }
    for claim, value in identity.claims.items():
        if claim not in OF_THE_TOKEN:
            attribute = _value(STANDARD.get(claim, claim), _standard(claim, value))
            found = attribute | found
    return found


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf something runs. Nobody has no identity."""

    identity: Identity | None
    scope: str
    """What results that depend on the caller are kept under."""

    def is_expired(self, now: float) -> bool:
        """Whether the sign-in is over, at a time in seconds since 1970."""
        return self.identity is not None and self.identity.expires_at <= now

    def of_core(self) -> live.Identity:
        """The same as the live core knows it. That a token is over is the session's to notice."""
        return live.Identity(self.scope, self)


NOBODY = Caller(None, scope_of(ANONYMOUS))


def caller(identity: Identity | None) -> Caller:
    """Whoever a token identifies. Tokens that differ only in what is theirs give one scope."""
    if identity is None:
        return NOBODY
    attributes = hashlib.sha256(encode(user_identity(identity))).hexdigest()[:16]
    return Caller(identity, f"{scope_of(principal_of(identity))}:{attributes}")


def _standard(claim: str, value: Any) -> Any:
    if claim == "address" and isinstance(value, Mapping):
        return value.get("formatted")
    if claim == "updated_at" and isinstance(value, int | float) and 0 <= value < 2**33:
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
    return value


def _value(name: str, claim: Any) -> dict[str, Any]:
    """The attribute of this name; nothing for a claim that is no Convex value."""
    try:
        return {name: decode(claim)} if claim is not None and encode(decode({name: claim})) else {}
    except InvalidValue:
        return {}
