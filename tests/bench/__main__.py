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
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import chart, markdown, table
from tests.bench.data import data
from tests.bench.effort import FULL, QUICK, Effort
from tests.bench.suite import NAMES, Suite
from tests.bench.system import running


async def bench(effort: Effort, names: Sequence[str], console: Console) -> Suite:
    """Runs the measurements named."""
    with tempfile.TemporaryDirectory(prefix="albertplus-bench-") as folder:
        loaded = data(Path(folder), effort.rows)
        console.print(f"rows: {loaded.source}; {_machine()}", style="dim", highlight=False)
        with console.status("starting PostgreSQL, NATS, the services and two gateways …") as status:
            async with running() as system:
                suite = Suite(system, loaded, effort, status.update)
                await suite.run(names)
                return suite


def as_json(suite: Suite) -> dict[str, Any]:
    """Every figure, and every value of every round."""
    found = [figure.as_json() for figures in suite.figures for figure in figures]
    return {
        "machine": _machine(),
        "data": suite.data.source,
        "figures": found,
        "rounds": suite.rounds.as_json(),
    }


def _machine() -> str:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"


def main() -> None:
    """The command line."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # thousands of connections, in children too
    options = _options()
    console = Console(width=None if Console().is_terminal else 180, stderr=options.markdown)
    names = [name for name in NAMES if name in (options.only or NAMES)]
    began = time.monotonic()
    effort = QUICK if options.quick else FULL
    suite = asyncio.run(bench(effort, names, console))
    title = (
        f"{date.today()}, medians of up to {effort.rounds} round(s), {time.monotonic() - began:.0f} s in all"
    )
    if options.markdown:
        print(markdown.tables(f"{title}; {_machine()}.", suite.figures))
    else:
        table.show(console, f"{title}; {_machine()}", suite.figures)
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(suite), indent=2))
    if options.plot is not None and suite.growth:
        options.plot.write_text(chart.picture(suite.growth, "Commit → update, as there is more of something"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round with fewer rows")
    parser.add_argument("--only", choices=NAMES, action="append", help="just this measurement; repeatable")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/benchmarks.md")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw how costs grow, as SVG")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured there, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
