"""Limits: how often each of many may do something, and a count of what met a limit."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

import structlog
from prometheus_client import Counter

MAX_KEYS = 100_000
SILENCE = 1.0
"""Seconds between two log lines about one limit: whoever floods us shall not flood the log."""

hits = Counter("albertplus_limit_hits", "What was refused, slowed down or ended by a limit.", ["limit"])
log = structlog.get_logger(__name__)
_logged: dict[str, tuple[float, int]] = {}


def hit(limit: str, **about: object) -> None:
    """Counts that a limit was met, and says so, at most once a second for each limit."""
    hits.labels(limit).inc()
    now = time.monotonic()
    since, unsaid = _logged.get(limit, (0.0, 0))
    if now - since < SILENCE and since:
        _logged[limit] = (since, unsaid + 1)
        return
    _logged[limit] = (now, 0)
    log.warning("a limit was met", limit=limit, unsaid=unsaid, **about)


class Rates:
    """Token buckets: each key may do `rate` things a second in the long run, and `burst` of them at once.

    A key's bucket is the time at which it will be full again; one that is full need not be remembered.
    """

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        """A `rate` of 0 means that there is no limit."""
        self._each = 1 / rate if rate > 0 else 0.0
        self._most = max(1.0, burst) * self._each
        self._now = now
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, key: Hashable, cost: float = 1) -> float:
        """Takes it and answers 0, or takes nothing and answers after how many seconds to ask again."""
        wait = self.owed(key, cost)
        if wait == 0:
            self.charge(key, cost)
        return wait

    def owed(self, key: Hashable, cost: float = 0) -> float:
        """After how many seconds `cost` would be there; 0: it is. Nothing is taken."""
        now = self._now()
        full_at = max(now, self._full_at.get(key, 0.0))
        return max(0.0, full_at + min(cost * self._each, self._most) - self._most - now)

    def charge(self, key: Hashable, cost: float = 1) -> None:
        """Takes in any case: what is not there is owed."""
        if not self._each:
            return
        now = self._now()
        self._full_at[key] = max(now, self._full_at.get(key, 0.0)) + cost * self._each
        self._full_at.move_to_end(key)
        self._forget(now)

    def _forget(self, now: float) -> None:
        while self._full_at:
            key, full_at = next(iter(self._full_at.items()))
            if full_at > now and len(self._full_at) <= MAX_KEYS:
                return
            del self._full_at[key]
