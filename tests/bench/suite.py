"""Everything that can be measured, by name and in this order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tests.bench import (
    fanout,
    get_course,
    get_schedule,
    growth,
    importing,
    live,
    live_grpc,
    memory,
    overload,
    relaying,
)
from tests.bench.data import Data
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Rounds
from tests.bench.growth import Series
from tests.bench.system import Measured

Measurement = Callable[[Measured, Effort, Rounds], Awaitable[list[Figure]]]
IMPORT, GROWTH = "import", "growth"
MEASUREMENTS: dict[str, Measurement] = {
    "get-course": get_course.measure,
    "get-schedule": get_schedule.measure,
    "live": live.measure_shared,
    "touched": live.measure_touched,
    "fanout": fanout.measure,
    "live-grpc": live_grpc.measure,
    "relay": relaying.measure,
    "memory": memory.measure,
    "overload": overload.measure,
}
NAMES = (IMPORT, *MEASUREMENTS, GROWTH)


@dataclass
class Suite:
    """One run: what is measured, how much of it, and what came out."""

    system: Measured
    data: Data
    effort: Effort
    say: Callable[[str], None]
    rounds: Rounds = field(default_factory=Rounds)
    figures: list[list[Figure]] = field(default_factory=list)
    growth: Sequence[Series] = ()

    async def run(self, names: Sequence[str]) -> None:
        """One after the other; a catalog is loaded for those that need one."""
        for name in names:
            if name != IMPORT and not importing.is_loaded(self.system):
                self.say("loading the catalog …")
                await importing.load(self.system, self.data, "created")
                await asyncio.to_thread(importing.settle, self.system)
            self.say(f"measuring {name} …")
            self.figures.append(await self._measure(name))

    async def _measure(self, name: str) -> list[Figure]:
        if name == IMPORT:
            found = await importing.measure(self.system, self.data, self.effort, self.rounds)
            await asyncio.to_thread(importing.settle, self.system)
            return found
        if name == GROWTH:
            self.growth = await growth.series(self.system, self.effort, self.rounds)
            return growth.figures(self.growth)
        return await MEASUREMENTS[name](self.system, self.effort, self.rounds)
