"""Who is calling: a user, an API key, one of our own processes, or nobody."""

from __future__ import annotations

import enum
from dataclasses import dataclass

PRINCIPAL_KEY = "albertplus-principal"
ORIGIN = "gateway"
"""The one process that finds out who a user is; the others only pass on what it says."""


class Kind(enum.StrEnum):
    """What sort of caller a principal is."""

    ANONYMOUS = "anonymous"
    USER = "user"
    KEY = "key"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a user (`subject` is the sign-in provider's user id), a key, a service, or nobody."""

    subject: str = ""
    kind: Kind = Kind.ANONYMOUS
    admin: bool = False
    scopes: tuple[str, ...] = ()
    """What an API key may do; for others it says nothing."""

    @property
    def signed_in(self) -> bool:
        """Whether this is anyone at all."""
        return self.kind is not Kind.ANONYMOUS

    @classmethod
    def service(cls, name: str) -> Principal:
        """The identity of one of our own processes."""
        return cls(subject=name, kind=Kind.SERVICE)

    @classmethod
    def key(cls, name: str, scopes: tuple[str, ...]) -> Principal:
        """The holder of the API key of this name."""
        return cls(subject=name, kind=Kind.KEY, scopes=scopes)


ANONYMOUS = Principal()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, through which process, and the assertion that says so."""

    principal: Principal
    process: str
    assertion: str
