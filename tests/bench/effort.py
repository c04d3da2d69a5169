"""How much is measured: enough for a steady median, bounded in time."""

from __future__ import annotations

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


FULL = Effort(rounds=3, rows=None, seconds=1.5, mutations=60)
QUICK = Effort(rounds=1, rows=1500, seconds=0.7, mutations=25)
