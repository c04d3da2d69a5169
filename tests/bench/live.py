"""From a commit to the update that pages at another gateway get, over the Convex door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.bench import child, get_course, sections, worlds
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds, latencies
from tests.bench.system import Measured
from tests.bench.worlds import World

SUBSCRIBERS, TOUCHED = (1, 100, 1000), (1, 100)
_WARM_UP = 10
_AIM = "≤ 2 × floor"
Worlds = dict[str, Callable[[], World]]


async def measure_shared(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Pages that all watch one query. Needs a catalog of the usual size."""
    counts = [count for count in SUBSCRIBERS if count <= effort.pages]
    found: Worlds = {_who(count): partial(worlds.shared, system, count) for count in counts}
    return await _measure(system, effort, rounds, found)


async def measure_touched(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Pages with a query each, of which some are touched. Needs a catalog of the usual size."""
    of, found = effort.pages, Worlds()
    for touched in (count for count in TOUCHED if count <= of):
        found[f"{touched:,} of {of:,} queries touched"] = partial(worlds.by_arguments, system, of, touched)
        found[f"{touched:,} of {of:,} schedules touched"] = partial(worlds.schedules, system, of, touched)
    return await _measure(system, effort, rounds, found)


async def watched(system: Measured, world: World, changes: int) -> dict[str, Any]:
    """Makes changes and answers what `tests.bench.watchers` found, with `latencies`."""
    head = sections.head(system.catalog_dsn)
    job = {
        "writing": system.writing,
        "reading": system.reading_pages,
        "metadata": system.administrator(),
        "pages": world.pages,
        "warm_up": sections.next_changes(min(_WARM_UP, changes), world.section),
        "mutations": sections.next_changes(changes, world.section),
        "idle": min(1.0, changes / 20),
        "watch": system.all_pids(),
    }
    found: dict[str, Any] = await child.ask("tests.bench.watchers", job)
    if found["strays"]:
        raise child.MeasurementFailed(f"{found['strays']} updates came to pages that no change touches")
    committed = sections.committed(system.catalog_dsn, head, len(found["seen"]))
    return found | {"latencies": latencies(found["seen"], committed)}


async def _measure(system: Measured, effort: Effort, rounds: Rounds, found: Worlds) -> list[Figure]:
    touched: dict[str, int] = {}
    for _ in effort.each_round():
        for name, world in found.items():
            made = world()
            touched[name] = made.touched
            seen = await watched(system, made, effort.mutations)
            kept = {part: seen[part] for part in ("cpu", "idle", "session")}
            rounds.add(f"live.{name}", {**seen["latencies"], **kept, "pages": len(made.pages)})
        rounds.add("live.alone", await alone(system, effort, set(touched.values()), seen["sample"]))
    return [figure for name in found for figure in _figures(rounds, name, touched[name])]


async def alone(system: Measured, effort: Effort, listeners: set[int], text: str) -> dict[str, Any]:
    """The floor of each step: p50 in milliseconds, of a send by the number of listeners."""
    jobs = [job for job in get_course.jobs(system, 1, effort.seconds / 2) if "gateway" not in job["name"]]
    steps = await child.ask("tests.bench.callers", jobs)
    job = {"dsn": system.catalog_dsn, "class_number": sections.FIRST, "empty": system.empty}
    often = {"subscribers": [], "often": effort.mutations}
    orders = [[count, 1, effort.mutations] for count in sorted(listeners)]
    sends = {"address": system.broadcast, "text": text, "orders": orders}
    return {
        "rpc": steps["empty-1"]["p50"],
        "query": steps["select-1"]["p50"],
        "commit": (await child.ask("tests.bench.alone", job | often))["commit"]["p50"],
        "send": await child.ask("tests.bench.broadcasts", sends),
    }


def _figures(rounds: Rounds, name: str, touched: int) -> list[Figure]:
    steps = [f"live.alone.{step}" for step in ("commit", "rpc", "query", f"send.{touched}x1.p50")]
    floor = Floor("commit + empty RPC + query + send", sum(map(rounds.median, steps)))

    def one(what: str, part: str, **more: Any) -> Figure:
        return Figure(f"{name}: {what}", rounds.median(f"live.{name}.{part}"), "ms", [floor], **more)

    used = rounds.medians(f"live.{name}.cpu")
    return [
        one("commit → update, p50", "commit.p50", cpu=used, aim=_AIM if touched == 1 else ""),
        one("commit → update, p99", "commit.p99"),
        *_start(rounds, name),
    ]


def _start(rounds: Rounds, name: str) -> list[Figure]:
    """Of a session, where there are many: opened, signed in, its first result."""
    if rounds.median(f"live.{name}.pages") == 1:
        return []
    seconds, used = rounds.median(f"live.{name}.session.seconds"), rounds.medians(f"live.{name}.session.cpu")
    return [Figure(f"{name}: a session's start, among all at once", 1000 * seconds, "ms", cpu=used)]


def _who(count: int) -> str:
    return "1 subscriber" if count == 1 else f"{count:,} subscribers"
