"""Keeping apart the users of several sign-in providers: under which subject each is known between processes.

An issuer's subjects are its own: two issuers may give the same one to two people. The users of the first
configured issuer are known by their token's `sub` as it is, those of any other by ``<issuer>|<sub>``. So a
system with one issuer, and one that gets a second later, knows its users by the names it always did.
"""

from __future__ import annotations

from collections.abc import Sequence

_MARK = "|"


class Subjects:
    """How the issuers in this order, the same in all processes, name their users."""

    def __init__(self, issuers: Sequence[str]) -> None:
        """With no issuers everybody is known by the plain subject. Raises ValueError for one with a ``|``."""
        for issuer in issuers:
            if _MARK in issuer:
                raise ValueError(f"an issuer must not contain {_MARK!r}: {issuer}")
        self._home = issuers[0] if issuers else None
        self._others = tuple(issuers[1:])

    @property
    def are_shared(self) -> bool:
        """Whether accounts of several issuers with one subject are one user: nobody said how to tell them."""
        return self._home is None

    def of(self, issuer: str, subject: str) -> str:
        """Under which subject an issuer's user calls."""
        return subject if self._home in (None, issuer) else f"{issuer}{_MARK}{subject}"

    def account(self, subject: str) -> tuple[str | None, str]:
        """The issuer and its own subject of the user who calls under `subject`; no issuer: any."""
        issuer, mark, rest = subject.partition(_MARK)
        if mark and issuer in self._others:
            return issuer, rest
        return self._home, subject

    def is_foreign(self, issuer: str, subject: str) -> bool:
        """Whether an issuer's user would be taken for one of another issuer."""
        return self.account(self.of(issuer, subject)) != (issuer if self._home else None, subject)
