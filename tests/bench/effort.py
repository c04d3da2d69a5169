"""How much is measured: enough for a steady median, bounded in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """`rounds` measurements of everything; the rest is per measurement."""

    rounds: int
    rows: int | None
    """Rows taken from each data file; None: all."""
    seconds: float
    """How long callers call."""
    mutations: int
    """How many changes subscribers see."""
    pages: int
    """How many sessions watch at most, where it is not sessions that are counted."""
    most: int
    """How many sessions, queries, rows there are at most, where it is these that are counted."""
    patience: float
    """Seconds after which a measurement begins no further round."""

    def each_round(self) -> Iterator[int]:
        """0, 1, …: at least one round, and as many as there is time for."""
        until = time.monotonic() + self.patience
        for number in range(self.rounds):
            if number and time.monotonic() > until:
                return
            yield number


FULL = Effort(rounds=3, rows=None, seconds=1.5, mutations=60, pages=1000, most=10_000, patience=40.0)
QUICK = Effort(rounds=1, rows=1500, seconds=0.5, mutations=20, pages=1000, most=1000, patience=0.0)
SMOKE = Effort(rounds=1, rows=300, seconds=0.1, mutations=2, pages=10, most=10, patience=0.0)
"""Whether it still runs."""
