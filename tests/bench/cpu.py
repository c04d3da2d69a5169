"""What a process and its children have used of the processor, as the kernel counts it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _OF_THE_DEAD = 1, slice(13, 15)  # of the fields behind the name


def seconds(pid: int) -> float:
    """Of a process with all its descendants, those that have ended included (these in steps of 10 ms)."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for each, fields in _processes():
        children.setdefault(int(fields[_PARENT]), []).append(each)
        used[each] = sum(map(int, fields[_OF_THE_DEAD])) / _TICKS
    return _sum(pid, children, used)


def of(pids: Mapping[str, int]) -> dict[str, float]:
    """The same of several processes, by name."""
    return {name: seconds(pid) for name, pid in pids.items()}


def per_operation(
    before: Mapping[str, float], after: Mapping[str, float], operations: int
) -> dict[str, float]:
    """Seconds that each process used per operation."""
    return {name: (after[name] - before[name]) / max(1, operations) for name in before}


def _sum(pid: int, children: Mapping[int, list[int]], dead: Mapping[int, float]) -> float:
    below = (_sum(child, children, dead) for child in children.get(pid, ()))
    return dead.get(pid, 0.0) + _exactly(pid) + sum(below)


def _exactly(pid: int) -> float:
    """Of all threads of one process, by the clock that the kernel keeps for it: clock_getcpuclockid(3)."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:  # it has ended meanwhile
        return 0.0


def _processes() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text()
        except OSError:  # it has ended meanwhile
            continue
        yield int(folder.name), text.rpartition(")")[2].split()
