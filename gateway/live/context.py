"""What all parts of one core share: the time, the timers, the effects, the limits."""

import heapq
from collections.abc import Callable
from itertools import count

from gateway.live.limits import Limits
from gateway.live.messages import Effect


class Context:
    """`now` is the time of the input being handled."""

    def __init__(
        self, limits: Limits, random: Callable[[], float], now: float, disabled: frozenset[str]
    ) -> None:
        self.limits = limits
        self.random = random
        self.now = now
        self.effects: list[Effect] = []
        self._disabled = disabled
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def on(self, mechanism: str) -> bool:
        """False only in tests that leave a mechanism out."""
        return mechanism not in self._disabled

    def at(self, when: float, call: Callable[[], None]) -> None:
        """Call this when that time has come. Timers are not taken back: what they call looks for itself."""
        heapq.heappush(self._timers, (when, next(self._order), call))

    def fire(self) -> None:
        """Run what is due."""
        while self._timers and self._timers[0][0] <= self.now:
            heapq.heappop(self._timers)[2]()

    def next_timer(self) -> float | None:
        """When the next timer is due."""
        return self._timers[0][0] if self._timers else None

    def backoff(self, failures: int, most: float) -> float:
        """How long to wait after so many failures in a row, jittered downwards."""
        longest: float = min(most, self.limits.retry_first * 2 ** min(failures - 1, 16))
        return longest * (0.5 + self.random() / 2)
