"""Who may do how much: sessions and rates by user and by address.

A stream that asks too much is listened to later: nothing of it is lost, and it has no reason to come again. A
single call is refused, with a word on when to try again. Administrators and services are not slowed down.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from gateway.addresses import Proxies, current_address
from gateway.claims import Identity, TokenExpired
from gateway.errors import TooManyRequests, TooManySessions
from gateway.limit_settings import LimitSettings
from runtime.limits import Rates, hit
from runtime.refusal import Unauthenticated


class Verifier(Protocol):
    """What says whom a token identifies."""

    async def verify(self, token: str) -> Identity:
        """Whom it identifies. Refuses with Unauthenticated."""


@dataclass(frozen=True)
class Quotas:
    """How much of what; 0 is no limit. Rates are per second."""

    sessions_per_user: int = 0
    sessions_per_address: int = 0
    connects: float = 0
    failed_sign_ins: float = 0
    mutations: float = 0
    queries: float = 0
    burst_seconds: float = 10.0
    first_message_seconds: float = 10.0


class Guard:
    """Counts what each user and each address does in this gateway."""

    def __init__(self, quotas: Quotas = Quotas(), proxies: Proxies | None = None) -> None:
        self.quotas = quotas
        self.proxies = proxies or Proxies()
        self.sessions: Counter[str] = Counter()
        burst = quotas.burst_seconds
        self._connects = Rates(quotas.connects, quotas.connects * burst)
        self._failures = Rates(quotas.failed_sign_ins, quotas.failed_sign_ins * burst)
        self._mutations = Rates(quotas.mutations, quotas.mutations * burst)
        self._queries = Rates(quotas.queries, quotas.queries * burst)

    def admit(self) -> Place:
        """A place for a new session from the current address. Raises TooManyRequests or TooManySessions."""
        address = current_address.get()
        if self._connects.take(address) > 0:
            hit("connects", address=address)
            raise TooManyRequests("new sessions from one address")
        return Place(self, address)

    def check(self, identity: Identity | None, *, mutation: bool, count: int = 1) -> None:
        """Refuses a single call of somebody who asks too much. Raises TooManyRequests."""
        key = _key(identity)
        rates, name = (self._mutations, "mutations") if mutation else (self._queries, "queries")
        if key is not None and rates.take(key, count) > 0:
            hit(name, caller="user" if identity else "address")
            raise TooManyRequests(f"{name} of one caller")

    def charge(self, identity: Identity | None, *, mutations: int = 0, queries: int = 0) -> float:
        """Takes note of what a stream asks, and answers for how many seconds not to listen to it."""
        key = _key(identity)
        if key is None:
            return 0.0
        wait = 0.0
        for rates, count, name in (
            (self._mutations, mutations, "mutations"),
            (self._queries, queries, "queries"),
        ):
            if count:
                rates.charge(key, count)
                if owed := rates.owed(key):
                    hit(name, caller="user" if identity else "address")
                    wait = max(wait, owed)
        return wait

    def require_sign_in_allowed(self) -> None:
        """Raises TooManyRequests while too many tokens from the current address are refused."""
        if self._failures.owed(current_address.get(), 1) > 0:
            hit("failed_sign_ins", address=current_address.get())
            raise TooManyRequests("refused tokens from one address")

    def note_failed_sign_in(self) -> None:
        """A token from the current address was refused."""
        self._failures.charge(current_address.get())


class Place:
    """What one session takes up, until it leaves."""

    def __init__(self, guard: Guard, address: str) -> None:
        """Raises TooManySessions."""
        self.identity: Identity | None = None
        self._guard = guard
        self._keys: dict[str, str] = {}
        self._take("address", address, guard.quotas.sessions_per_address)

    def identify(self, identity: Identity | None) -> None:
        """The session is this user's from now on, or nobody's. Raises TooManySessions."""
        self._leave("user")
        self.identity = identity
        if identity is not None and not identity.admin:
            self._take("user", identity.subject, self._guard.quotas.sessions_per_user)

    def leave(self) -> None:
        """The session is over."""
        for kind in tuple(self._keys):
            self._leave(kind)

    def _take(self, kind: str, name: str, most: int) -> None:
        key = f"{kind}:{name}"
        if not most:
            return
        if self._guard.sessions[key] >= most:
            hit(f"sessions_per_{kind}")
            raise TooManySessions(f"sessions of one {kind}")
        self._guard.sessions[key] += 1
        self._keys[kind] = key

    def _leave(self, kind: str) -> None:
        key = self._keys.pop(kind, None)
        if key is None:
            return
        self._guard.sessions[key] -= 1
        if not self._guard.sessions[key]:
            del self._guard.sessions[key]


class GuardedSignIn:
    """Sign-in for those who don't try too often."""

    def __init__(self, sign_in: Verifier, guard: Guard) -> None:
        self._sign_in = sign_in
        self._guard = guard

    async def verify(self, token: str) -> Identity:
        """Whom the token identifies. Refuses as the sign-in does, and with TooManyRequests."""
        self._guard.require_sign_in_allowed()
        try:
            return await self._sign_in.verify(token)
        except TokenExpired:  # a laptop that was asleep guesses no tokens
            raise
        except Unauthenticated:
            self._guard.note_failed_sign_in()
            raise


def quotas_of(settings: LimitSettings) -> Quotas:
    """The quotas that the settings say."""
    return Quotas(
        settings.sessions_per_user,
        settings.sessions_per_address,
        settings.connects_per_second,
        settings.failed_sign_ins_per_second,
        settings.mutations_per_second,
        settings.queries_per_second,
        settings.burst_seconds,
        settings.first_message_seconds,
    )


def _key(identity: Identity | None) -> str | None:
    """Under which name a caller's calls are counted; None for those whose are not."""
    if identity is None:
        return f"address:{current_address.get()}"
    return None if identity.admin else f"user:{identity.subject}"
