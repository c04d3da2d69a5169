"""What a verified token must say, and what it makes of its bearer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.refusal import Unauthenticated
from runtime.subjects import Subjects

LEEWAY = 5.0  # seconds that clocks of two machines may differ
MAX_SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Identity:
    """A signed-in user.

    Two tokens of one user compare equal when they give the same rights, so that a refreshed token is no news.
    """

    subject: str
    issuer: str
    user: str  # under which subject our services know them; see runtime.subjects
    admin: bool
    issued_at: float = field(compare=False)
    not_before: float = field(compare=False)
    expires_at: float = field(compare=False)  # unix seconds, without leeway
    claims: Mapping[str, Any] = field(compare=False, repr=False)


@dataclass(eq=False)
class TokenExpired(Unauthenticated):
    """The token has expired."""

    problem: str = "the token has expired"

    @classmethod
    def reason(cls) -> str:
        return Unauthenticated.reason()


@dataclass(frozen=True)
class ClaimRules:
    """The audience and, when any are listed, the parties a token must be made for."""

    audience: str
    authorized_parties: frozenset[str] = frozenset()
    subjects: Subjects = field(default_factory=lambda: Subjects(()))

    def identity(self, claims: Any, issuer: str) -> Identity:
        """Read whom the claims, whose signature is verified, identify. Refuses with Unauthenticated."""
        if not isinstance(claims, Mapping) or claims.get("iss") != issuer:
            raise Unauthenticated(problem="the token comes from an issuer that is not configured here")
        if claims.get("aud") not in (self.audience, [self.audience]):
            raise Unauthenticated(problem=f"the token is not made for the audience {self.audience!r}")
        if self.authorized_parties and not self._is_authorized(claims.get("azp")):
            raise Unauthenticated(problem="the token is made for a party that is not allowed here")
        if claims.get("sts") == "pending":
            raise Unauthenticated(problem="the sign-in is not complete")
        issued_at, subject = _seconds(claims, "iat"), _subject(claims)
        if self.subjects.is_foreign(issuer, subject):
            raise Unauthenticated(problem="the token's subject is one of another issuer")
        return Identity(
            subject=subject,
            issuer=issuer,
            user=self.subjects.of(issuer, subject),
            admin=claims.get("is_admin") is True,  # the string "false" is true to many a language
            issued_at=issued_at,
            not_before=_seconds(claims, "nbf") if "nbf" in claims else issued_at,
            expires_at=_seconds(claims, "exp"),
            claims=claims,
        )

    def require_current(self, identity: Identity, now: float) -> None:
        """Refuse with TokenExpired after, with Unauthenticated before the token's time."""
        if now >= identity.expires_at + LEEWAY:
            raise TokenExpired
        if max(identity.issued_at, identity.not_before) > now + LEEWAY:
            raise Unauthenticated(problem="the token is not valid yet")

    def _is_authorized(self, party: Any) -> bool:
        return isinstance(party, str) and party in self.authorized_parties


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if (
        not isinstance(subject, str)
        or not 0 < len(subject) <= MAX_SUBJECT_LENGTH
        or not subject.isprintable()
    ):
        raise Unauthenticated(problem="the token does not say whom it identifies")
    return subject


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_plausible(value):
        raise Unauthenticated(problem=f"the token has no valid {name!r} claim")
    return float(value)


def _is_plausible(value: float) -> bool:
    return -1e15 < value < 1e15 and math.isfinite(value)  # a huge int does not fit a float
