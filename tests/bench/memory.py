"""Memory: what an idle session, and a live query, cost a gateway that has served nobody before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench import child, worlds
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Rounds
from tests.bench.pages import PageJob, Query
from tests.bench.system import Measured

_PER_PAGE = 250
"""Queries: a session may have no more than 256."""
_KB = 1024


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs a catalog. One round: nothing here is a matter of speed."""
    some, most, settle = effort.most // 5, effort.most, min(1.0, effort.seconds)
    at_rest = await _grown(system, [_idle(system, 0, some), _idle(system, some, most)], settle)
    queries = worlds.distinct(system, most)
    pages = list(_watching(system, queries))
    asked = await _grown(system, [_idle(system, 0, len(pages)), pages], settle)
    found = {
        "empty": at_rest[0] / _KB / _KB,
        "some": (at_rest[1] - at_rest[0]) / some / _KB,
        "most": (at_rest[2] - at_rest[0]) / most / _KB,
        "query": (asked[2] - asked[1]) / len(queries) / _KB,
    }
    rounds.add("memory", found)
    return [
        Figure("memory of a gateway without sessions", found["empty"], "MB"),
        Figure(f"memory per idle session, {some:,} of them", found["some"], "KB", aim="≤ 25 KB"),
        Figure(f"memory per idle session, {most:,} of them", found["most"], "KB", aim="≤ 25 KB"),
        Figure(f"memory per live query, {len(queries):,} of them", found["query"], "KB", aim="≤ 10 KB"),
    ]


async def _grown(system: Measured, steps: Sequence[Sequence[PageJob]], settle: float) -> list[int]:
    async with system.fresh_gateway() as (address, pid):
        job: dict[str, Any] = {"reading": address, "pid": pid, "steps": steps, "settle": settle}
        found: list[int] = await child.ask("tests.bench.crowd", job)
        return found


def _idle(system: Measured, first: int, end: int) -> list[PageJob]:
    return [worlds.page(system, number, [], touched=False) for number in range(first, end)]


def _watching(system: Measured, queries: Sequence[Query]) -> Iterator[PageJob]:
    for number, first in enumerate(range(0, len(queries), _PER_PAGE)):
        yield worlds.page(system, number, queries[first : first + _PER_PAGE], touched=False)
