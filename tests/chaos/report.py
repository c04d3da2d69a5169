"""What a run came to."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.oracle import Oracle

AIM = 2.0
"""Seconds within which all screens should be right once everything is up."""


@dataclass
class Report:
    """Figures of one run; times are seconds."""

    seed: str
    oracle: Oracle
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    """After each sort of fault: from when all was up until each client was shown something new."""
    settled: list[float] = field(default_factory=list)
    """At each quiet point: from when all was up until each screen was what the database says."""
    never_fresh: int = 0
    latencies: list[float] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def acknowledged(self) -> int:
        """Mutations that were reported as done."""
        return sum(write.done is not None for write in self.oracle.writes)

    @property
    def clean(self) -> bool:
        """Whether nothing was wrong, and something was tried."""
        return self.oracle.clean and not self.never_fresh and self.acknowledged > 0

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "seed": self.seed,
            "seconds": round(self.seconds, 1),
            "faults": dict(self.faults),
            "left_out": self.left_out,
            "acknowledged": self.acknowledged,
            "lost_by_restores": self.oracle.excused,
            "restores": len(self.oracle.restores),
            "violations": self.oracle.violations,
            "never_fresh": self.never_fresh,
            "settled": self.settled,
            "recoveries": self.recoveries,
            "latency_ms": {name: at(self.latencies, share) * 1000 for name, share in _SHARES},
            **self.counts,
        }

    def show(self, console: Console) -> None:
        """As tables for people."""
        console.print(self._figures())
        console.print(self._by_fault())
        for name, why in self.left_out.items():
            console.print(f"left out: {name}, {why}", style="yellow")
        for kind, found in self.oracle.violations.items():
            for what in found[:5]:
                console.print(f"{kind}: {what}", style="red")
            if len(found) > 5:
                console.print(f"{kind}: … and {len(found) - 5} more", style="red")
        console.print(f'again: make chaos ARGS="--seed {self.seed} …"', style="dim")

    def _figures(self) -> Table:
        table = Table("figure", "", title=f"seed {self.seed}, {self.seconds:.0f} s")
        table.add_row("faults injected", str(self.faults.total()))
        table.add_row("mutations acknowledged", f"{self.acknowledged:,}")
        for kind, found in self.oracle.violations.items():
            table.add_row(kind, f"[{'red' if found else 'green'}]{len(found)}")
        excused = f"{self.oracle.excused:,} in {len(self.oracle.restores)} restores"
        table.add_row("taken away by restores, as they must", excused)
        table.add_row(
            "screens right after the last fault", f"{self.settled[-1]:.2f} s" if self.settled else "–"
        )
        table.add_row(f"… after each of {len(self.settled)} rounds", spread(self.settled, AIM))
        latency = ", ".join(f"{name} {at(self.latencies, share) * 1000:,.0f}" for name, share in _SHARES)
        table.add_row("mutation → done and shown, ms", latency)
        for name, count in self.counts.items():
            table.add_row(name, f"{count:,.2f}".removesuffix(".00"))
        return table

    def _by_fault(self) -> Table:
        table = Table("fault", "times", "fresh everywhere once all is up, s: median, worst")
        for name, times in sorted(self.faults.items()):
            table.add_row(name, str(times), spread(self.recoveries.get(name, []), AIM))
        return table


_SHARES = (("p50", 0.5), ("p99", 0.99))


def at(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; 0 of none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def spread(values: Sequence[float], aim: float) -> str:
    """Median and worst; the worst stands out when it misses the aim."""
    if not values:
        return "–"
    worst = f"{max(values):.2f}"
    return f"{statistics.median(values):.2f}, {worst if max(values) <= aim else f'[yellow]{worst}[/]'}"
