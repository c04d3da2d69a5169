"""Figures: medians over rounds, each with the floor it stands on."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

_SMALL, _TINY = 100, 10


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that the same work takes without us."""

    what: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `more_is_better`: a rate; else a time. `cpu`: seconds per operation, by process."""

    name: str
    value: float
    unit: str
    floors: Sequence[Floor] = ()
    more_is_better: bool = False
    cpu: Mapping[str, float] = field(default_factory=dict)
    aim: str = ""

    def as_json(self) -> dict[str, Any]:
        """With the ratio to each floor."""
        return asdict(self) | {"ratios": [ratio(self, floor) for floor in self.floors]}


def ratio(figure: Figure, floor: Floor) -> float:
    """The figure as a multiple of its floor."""
    return figure.value / floor.value if floor.value else float("nan")


class Rounds:
    """What each round measured, by name."""

    def __init__(self) -> None:
        self._values: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, name: str, measured: Mapping[str, Any]) -> None:
        """Adds what one round measured; nested values get names like ``name.part``."""
        for key, value in measured.items():
            if isinstance(value, Mapping):
                self.add(f"{name}.{key}", value)
            else:
                self._values[f"{name}.{key}"].append(float(value))

    def median(self, name: str) -> float:
        """Over all rounds."""
        return statistics.median(self._values[name])

    def medians(self, prefix: str) -> dict[str, float]:
        """Of all values below a name, by the rest of their names."""
        start = f"{prefix}."
        names = [name for name in self._values if name.startswith(start)]
        return {name.removeprefix(start): self.median(name) for name in names}

    def as_json(self) -> dict[str, list[float]]:
        """Everything."""
        return dict(self._values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is not below `percent` of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    return {"p50": 1000 * percentile(seconds, 50), "p99": 1000 * percentile(seconds, 99)}


def latencies(seen: Sequence[Sequence[float]], committed: Sequence[float]) -> dict[str, dict[str, float]]:
    """How long changes took to reach everybody (`Seen` as numbers), from several beginnings."""
    return {
        "start": spread([last - asked for asked, _, _, last in seen]),
        "acknowledged": spread([last - acknowledged for _, acknowledged, _, last in seen]),
        "commit": spread([each[3] - at for each, at in zip(seen, committed, strict=True)]),
        "first": spread([each[2] - at for each, at in zip(seen, committed, strict=True)]),
    }


def number(value: float) -> str:
    """With no more digits than mean something."""
    if abs(value) >= _SMALL:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _TINY else f"{value:.2f}"
