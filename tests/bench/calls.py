"""The figures of one RPC: how many a second and how long they take, beside the floors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.figures import Figure, Floor, Rounds

CALLERS = (1, 16)


@dataclass(frozen=True, slots=True)
class Calls:
    """What `tests.bench.callers` measured of an RPC.

    Under `name` in the rounds; of each floor the jobs that make it up, one after the other.
    """

    rounds: Rounds
    name: str
    title: str
    floors: Mapping[str, Sequence[str]]

    def figures(self, aim: str = "") -> list[Figure]:
        """Of many callers first; `aim` is for these."""
        return [
            figure
            for callers in reversed(CALLERS)
            for figure in self._of(callers, aim if callers > 1 else "")
        ]

    def _of(self, callers: int, aim: str) -> list[Figure]:
        who = "1 caller" if callers == 1 else f"{callers} callers"
        return [
            self._rate("service", f"{self.title}, {who}", callers, aim),
            self._time("service", f"{self.title}, {who}", callers, "p50"),
            self._time("service", f"{self.title}, {who}", callers, "p99"),
            self._rate("gateway", f"{self.title} through the gateway, {who}", callers, ""),
            self._time("gateway", f"{self.title} through the gateway, {who}", callers, "p50"),
        ]

    def _rate(self, place: str, what: str, callers: int, aim: str) -> Figure:
        floors = [
            Floor(floor, 1 / sum(1 / self._median(job, callers, "rate") for job in jobs))
            for floor, jobs in self.floors.items()
        ]
        used = self.rounds.medians(f"{self.name}.{place}-{callers}.cpu")
        value = self._median(place, callers, "rate")
        return Figure(what, value, "calls/s", floors, more_is_better=True, cpu=used, aim=aim)

    def _time(self, place: str, what: str, callers: int, part: str) -> Figure:
        floors = [
            Floor(floor, sum(self._median(job, callers, part) for job in jobs))
            for floor, jobs in self.floors.items()
        ]
        return Figure(f"{what}, {part}", self._median(place, callers, part), "ms", floors)

    def _median(self, job: str, callers: int, part: str) -> float:
        return self.rounds.median(f"{self.name}.{job}-{callers}.{part}")
