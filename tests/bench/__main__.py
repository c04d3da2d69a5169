"""`python -m tests.bench`: starts a system of its own and prints each figure beside its floor."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import fanout, get_course, importing, live, live_grpc, table
from tests.bench.data import Data, data
from tests.bench.effort import FULL, QUICK, Effort
from tests.bench.figures import Figure, Rounds
from tests.bench.system import Measured, running

NAMES = ("import", "rpc", "live", "touched", "fanout", "live-grpc")


async def bench(effort: Effort, names: list[str], console: Console) -> dict[str, Any]:
    """Runs the measurements named and prints them; what they found, for a file."""
    began, rounds = time.monotonic(), Rounds()
    with tempfile.TemporaryDirectory(prefix="albertplus-bench-") as folder:
        loaded = data(Path(folder), effort.rows)
        console.print(f"rows: {loaded.source}; {_machine()}", style="dim", highlight=False)
        with console.status("starting PostgreSQL, NATS, the services and two gateways …") as status:
            async with running() as system:
                measured = await _measure(system, loaded, effort, names, rounds, status.update)
    seconds = time.monotonic() - began
    title = f"medians of up to {effort.rounds} round(s), {seconds:.0f} s in all; {_machine()}"
    table.show(console, title, measured)
    found = [figure.as_json() for figures in measured for figure in figures]
    return {"machine": _machine(), "data": loaded.source, "figures": found, "rounds": rounds.as_json()}


async def _measure(
    system: Measured,
    loaded: Data,
    effort: Effort,
    names: list[str],
    rounds: Rounds,
    say: Callable[[str], None],
) -> list[list[Figure]]:
    measurements: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
        "import": lambda: importing.measure(system, loaded, effort, rounds),
        "rpc": lambda: get_course.measure(system, effort, rounds),
        "live": lambda: live.measure_shared(system, effort, rounds),
        "touched": lambda: live.measure_touched(system, effort, rounds),
        "fanout": lambda: fanout.measure(system, effort, rounds),
        "live-grpc": lambda: live_grpc.measure(system, effort, rounds),
    }
    found: list[list[Figure]] = []
    for name in names:
        if name != "import" and not importing.is_loaded(system):
            say("loading the catalog …")
            await importing.load(system, loaded, "created")
        say(f"measuring {name} …")
        found.append(await measurements[name]())
    return found


def _machine() -> str:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"


def main() -> None:
    """The command line."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # thousands of connections, in children too
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round with fewer rows")
    parser.add_argument("--only", choices=NAMES, action="append", help="just this measurement; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured there, too")
    options = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 180)
    names = [name for name in NAMES if name in (options.only or NAMES)]
    found = asyncio.run(bench(QUICK if options.quick else FULL, names, console))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
