"""Fan-out: how many new results the core delivers, per second and per second of the gateway's processor."""

from __future__ import annotations

from typing import Any

from tests.bench import child, live, sections, worlds
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds
from tests.bench.system import Measured

SUBSCRIBERS = (100, 1000)
_SECTIONS, _WRITERS, _EACH = 10, 2, 50
_FIRST = sections.FIRST + 10_000
_FLOOD, _IN_A_ROW = 2.0, 20
_GATEWAY = "reading gateway"


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs a catalog."""
    counts = [count for count in SUBSCRIBERS if count <= effort.pages] or [effort.pages]
    for _ in effort.each_round():
        for count in counts:
            rounds.add(f"fanout.{count}", await _round(system, effort, count))
    return [figure for count in counts for figure in _figures(rounds, count)]


async def _round(system: Measured, effort: Effort, count: int) -> dict[str, Any]:
    paced = await live.watched(system, worlds.shared(system, count), max(3, effort.mutations // 2))
    flood = await child.ask("tests.bench.flood", _flood(system, effort, count))
    often = max(3, effort.mutations // 2)
    orders = [[count, 1, often], [count, _IN_A_ROW, 5]]
    job = {"address": system.broadcast, "text": paced["sample"], "orders": orders}
    floor = await child.ask("tests.bench.broadcasts", job)
    return {
        "paced": {
            "rate": 1000 * count / paced["latencies"]["commit"]["p50"],
            "cpu": {name: used / count for name, used in paced["cpu"].items()},
        },
        "flood": flood,
        "floor-paced": floor[f"{count}x1"],
        "floor-flood": floor[f"{count}x{_IN_A_ROW}"],
    }


def _flood(system: Measured, effort: Effort, count: int) -> dict[str, Any]:
    numbers = range(_FIRST, _FIRST + _SECTIONS)
    queries = [worlds.one(number) for number in numbers]
    mine = [numbers[writer::_WRITERS] for writer in range(_WRITERS)]
    return {
        "writing": system.writing,
        "reading": system.reading_pages,
        "metadata": system.administrator(),
        "pages": [worlds.page(system, number, queries, touched=True) for number in range(count)],
        "warm_up": [sections.next_changes(1, number)[0][1] for number in numbers],
        "mutations": [
            [sections.next_changes(1, number)[0][1] for _ in range(_EACH) for number in own] for own in mine
        ],
        "seconds": min(_FLOOD, 2 * effort.seconds),
        "watch": system.all_pids(),
    }


def _figures(rounds: Rounds, count: int) -> list[Figure]:
    name = f"fanout.{count}"

    aim = "≥ 0.5 × floor" if count == SUBSCRIBERS[-1] else ""

    def rate(what: str, part: str, key: str, aim: str = "") -> Figure:
        floor = Floor("bare broadcast", rounds.median(f"{name}.floor-{part}.rate"))
        used = rounds.medians(f"{name}.{part}.cpu")
        value = rounds.median(f"{name}.{part}.{key}")
        title = f"{count:,} subscribers, {what}"
        return Figure(title, value, "results/s", [floor], more_is_better=True, cpu=used, aim=aim)

    def per_second(what: str, part: str) -> Figure:
        floor = Floor("bare broadcast", 1 / rounds.median(f"{name}.floor-{part}.cpu"))
        value = 1 / max(1e-9, rounds.median(f"{name}.{part}.cpu.{_GATEWAY}"))
        title = f"{count:,} subscribers, {what}, per processor second of the gateway"
        return Figure(title, value, "results", [floor], more_is_better=True, aim=aim)

    together = rounds.median(f"{name}.flood.results") / rounds.median(f"{name}.flood.messages")
    return [
        rate("one change at a time", "paced", "rate"),
        per_second("one change at a time", "paced"),
        rate("changes without pause", "flood", "results", aim),
        per_second("changes without pause", "flood"),
        Figure(f"{count:,} subscribers, changes without pause, together in a message", together, "results"),
    ]
