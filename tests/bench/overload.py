"""Overload: what one page notices of what others do to its gateway, and how large the gateway grows of it."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import child, sections, worlds
from tests.bench.child import MeasurementFailed
from tests.bench.data import Data, data
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds, spread
from tests.bench.system import Measured

_GREEDY = 10_000
_DEAF, _MUCH = 20, 1000
_LONGER = 20
_KB = 1024
_PROBE = sections.FIRST + 20_000
LOADS = ("quiet", "idle", "greedy", "import", "deaf")
_MANY = 100
"""With fewer changes nobody is cut off for not reading them."""


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs a catalog. One round: it takes minutes in any case."""
    loads = LOADS if effort.most >= _MANY else LOADS[:-1]
    found = {load: await _under(system, effort, load) for load in loads}
    if wrong := found["import"]["stale"]:
        raise MeasurementFailed(f"{wrong} schedules show something else than a new page does")
    for load, one in found.items():
        rounds.add(f"overload.{load}", one)
    quiet = found["quiet"]
    return [
        *(figure for load in loads for figure in _latency(load, found[load], quiet, effort)),
        *_greedy(found["greedy"]),
        Figure("import meanwhile", found["import"]["rate"], "rows/s"),
        Figure("import: schedules that show something else than a new page", found["import"]["stale"], ""),
        *(
            Figure("the last that does not read is cut off after", found[load]["cut"], "s")
            for load in loads[4:]
        ),
    ]


def _latency(load: str, found: dict[str, float], quiet: dict[str, float], effort: Effort) -> Iterator[Figure]:
    name = {
        "quiet": "quiet",
        "idle": f"{effort.most:,} idle sessions",
        "greedy": f"one client asks for {_GREEDY:,} queries",
        "deaf": f"{_DEAF} clients do not read what they watch",
        "import": f"everything is imported, {effort.pages:,} schedules watched",
    }[load]
    for part in ("p50", "p99"):
        heard = f"{name}: another page hears after, {part}"
        yield Figure(heard, found[part], "ms", [Floor("quiet", quiet[part])])
    yield Figure(f"{name}: the gateway grows at most by", found["grown"] / _KB / _KB, "MB")


def _greedy(found: dict[str, float]) -> list[Figure]:
    return [
        Figure("one client: queries answered", found["answered"], ""),
        Figure("one client: queries refused", found["refused"], ""),
        Figure("one client: until it is cut off", found["cut"], "s"),
    ]


async def _under(system: Measured, effort: Effort, load: str) -> dict[str, Any]:
    """Of one gateway that has served nobody before."""
    changes = effort.mutations * (_LONGER if load in ("import", "deaf") else 1)
    async with system.fresh_gateway() as (address, pid):
        with tempfile.TemporaryDirectory(prefix="albertplus-bench-") as folder:
            job = {
                "writing": system.writing,
                "reading": address,
                "pid": pid,
                "metadata": system.administrator(),
                "probe": worlds.page(system, 0, [worlds.one(_PROBE)], touched=True),
                "warm_up": sections.next_changes(5, _PROBE),
                "mutations": sections.next_changes(changes, _PROBE),
                "load": load,
                **_details(system, effort, load, Path(folder)),
            }
            found = await child.ask("tests.bench.overloaded", job)
    heard = [last - asked for asked, _, _, last in found.pop("seen")]
    return {**spread(heard), **found}


def _details(system: Measured, effort: Effort, load: str, folder: Path) -> dict[str, Any]:
    if load == "idle":
        return {"pages": [worlds.page(system, n, [], touched=False) for n in range(effort.most)]}
    if load == "greedy":
        queries = [("courses:getCourseByCode", {"code": f"GREED {n}"}) for n in range(_GREEDY)]
        return {"pages": [worlds.page(system, 1, queries, touched=False)]}
    if load == "deaf":
        numbers = [_PROBE, *worlds.some_numbers(system, _MUCH)]
        query = (worlds.SOME, {"classNumbers": list(map(float, numbers))})
        return {"pages": [worlds.page(system, n, [query], touched=False) for n in range(_DEAF)]}
    if load == "import":
        changed = _changed(data(folder, effort.rows), folder)
        command = ["import", "--json", "--gateway", system.writing, *map(str, changed)]
        return {
            "pages": worlds.schedules(system, effort.pages, 0).pages,
            "command": [sys.executable, "-m", "cli.main", *command],
            "environment": {**os.environ, "ALBERTPLUS_HOME": str(system.home)},
        }
    return {}


def _changed(loaded: Data, folder: Path) -> Iterator[Path]:
    """The same rows, each with another title."""
    for source in loaded.files:
        target = folder / f"changed-{source.name}"
        with gzip.open(source, "rt") as rows, gzip.open(target, "wt") as changed:
            for row in map(json.loads, rows):
                changed.write(json.dumps(row | {"title": f"{row['title'][:80]} II"}) + "\n")
        yield target
