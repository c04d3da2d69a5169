"""Breaks a running system in every way while clients work, and says whether anything wrong was ever seen."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.dev.home import opened
from cli.errors import CommandError
from tests.chaos.faults import FAULTS
from tests.chaos.report import Report
from tests.chaos.run import Plan, run

SECONDS, SHORT, LONG = 270.0, 20.0, 3600.0
_EXAMPLES = """
examples:
  make chaos                                      about five minutes, all faults
  make chaos ARGS=--short                         as in CI
  make chaos ARGS="--seed 1a2b3c"                 the same faults again
  make chaos ARGS="--only restore-postgres --only kill-gateway --seconds 60"
  make chaos ARGS="--without own_write_wait --short"   a broken gateway: it must be noticed (exit code 1)
"""


def main() -> int:
    """The command line; answers the exit code: 0 if nothing was wrong."""
    options = _parser().parse_args()
    seed = options.seed or secrets.token_hex(3)
    plan = Plan(seed, options.seconds, tuple(options.only or FAULTS), tuple(options.without or ()))
    console = Console(highlight=False, stderr=True)
    console.print(f"seed {seed}: {', '.join(plan.faults)}")
    try:
        with opened(ephemeral=True) as home:
            try:
                report = asyncio.run(_until_told(run(home, plan, _teller(console, plan.seconds))))
            finally:
                if options.logs:
                    shutil.copytree(home.logs, options.logs, dirs_exist_ok=True)
    except CommandError as error:
        console.print(f"error: {error.message}\n{error.details}\n→ {error.hint}")
        return 2
    _tell(report, options.json)
    return 0 if report.clean else 1


async def _until_told(work: Coroutine[Any, Any, Report]) -> Report:
    """Does it. SIGTERM ends it as Ctrl-C does: with everything stopped and unmounted."""
    doing = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, doing.cancel)
    return await doing


def _teller(console: Console, seconds: float) -> Callable[[str], None]:
    """A line for each thing that happens, with how far the run is."""
    began = time.monotonic()

    def say(text: str) -> None:
        done = min(1.0, (time.monotonic() - began) / (seconds + 15))
        bar = ("━" * round(done * 20)).ljust(20, "·")
        console.print(f"[cyan]{bar}[/] {time.monotonic() - began:6.1f} s  {text}", soft_wrap=True)

    return say


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        report.show(Console(highlight=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=float, default=SECONDS, help=f"of faults (default {SECONDS:g})")
    length.add_argument("--short", dest="seconds", action="store_const", const=SHORT, help=f"{SHORT:g} s")
    length.add_argument("--long", dest="seconds", action="store_const", const=LONG, help="an hour")
    parser.add_argument("--seed", default="", help="decides faults and what clients do (default: a new one)")
    parser.add_argument("--only", action="append", choices=FAULTS, metavar="FAULT", help="; ".join(
        f"{name}: {fault.__doc__}" for name, fault in FAULTS.items()
    ))  # fmt: skip
    parser.add_argument("--without", action="append", metavar="MECHANISM", help="cripple the gateways")
    parser.add_argument("--logs", type=Path, metavar="DIR", help="keep the logs of all processes there")
    parser.add_argument("--json", action="store_true", help="print figures and violations as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
