"""What a process and its children have used of the processor, as the kernel counts it (10 ms steps)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _USED = 1, slice(11, 15)  # of the fields behind the name: ppid; utime, stime and those of the dead


def seconds(pid: int) -> float:
    """Of a process with all its descendants, those that have ended included."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for each, fields in _processes():
        children.setdefault(int(fields[_PARENT]), []).append(each)
        used[each] = sum(map(int, fields[_USED])) / _TICKS
    return _sum(pid, children, used)


def of(pids: Mapping[str, int]) -> dict[str, float]:
    """The same of several processes, by name."""
    return {name: seconds(pid) for name, pid in pids.items()}


def per_operation(
    before: Mapping[str, float], after: Mapping[str, float], operations: int
) -> dict[str, float]:
    """Seconds that each process used per operation."""
    return {name: (after[name] - before[name]) / max(1, operations) for name in before}


def _sum(pid: int, children: Mapping[int, list[int]], used: Mapping[int, float]) -> float:
    return used.get(pid, 0.0) + sum(_sum(child, children, used) for child in children.get(pid, ()))


def _processes() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text()
        except OSError:  # it has ended meanwhile
            continue
        yield int(folder.name), text.rpartition(")")[2].split()
