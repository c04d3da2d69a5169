"""What some work cost: how long it took, and what each process used of the processor meanwhile."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tests.bench import cpu

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds: of the clock, and of the processor by process."""

    seconds: float
    cpu: Mapping[str, float]

    def per(self, operations: int, idle: Cost | None = None) -> dict[str, float]:
        """Of the processor per operation, without what would have been used at the same time in any case."""
        share = self.seconds / idle.seconds if idle is not None else 0.0
        anyway = idle.cpu if idle is not None else {}
        return {
            name: max(0.0, used - share * anyway.get(name, 0.0)) / max(1, operations)
            for name, used in self.cpu.items()
        }

    def load(self) -> dict[str, float]:
        """Of each second, what each process used."""
        return {name: used / self.seconds for name, used in self.cpu.items()}


async def cost(watch: Mapping[str, int], work: Awaitable[Found]) -> tuple[Found, Cost]:
    """What the work answers, and what it cost the processes watched and this one (`load`)."""
    before, own, began = cpu.of(watch), time.process_time(), time.monotonic()
    found = await work
    seconds, own_used = time.monotonic() - began, time.process_time() - own
    used = {name: now - before[name] for name, now in cpu.of(watch).items()}
    return found, Cost(seconds, used | {"load": own_used})
