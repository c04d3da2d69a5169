"""Which faults come when, drawn from one seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.chaos.faults import ALONE

STEPS_A_ROUND = 4
_PAUSE = (0.2, 1.5)
_TOGETHER = 0.35
"""How often a second fault begins while the first is under way."""


@dataclass(frozen=True)
class Step:
    """After a pause, faults that begin together; `seed` decides how they go."""

    pause: float
    faults: tuple[str, ...]
    seed: str


def steps(names: Sequence[str], seed: str) -> Iterator[Step]:
    """Without end; each fault comes once before any comes again."""
    random, deck = Random(f"{seed}/schedule"), list[str]()  # noqa: S311
    number = 0
    while True:
        if not deck:
            deck = random.sample(list(names), len(names))
        faults = [deck.pop()]
        if deck and not ALONE & {faults[0], deck[-1]} and random.random() < _TOGETHER:
            faults.append(deck.pop())
        number += 1
        yield Step(random.uniform(*_PAUSE), tuple(faults), f"{seed}/{number}")
