"""`albertplus seed`: the demo catalog, a small university that does not exist."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli import caller, target
from cli.importing.command import Gateway, clear_errors, finish
from cli.importing.run import Options
from cli.importing.scan import scan

DEMO = Path(__file__).parent / "demo"


def seed(
    gateway: target.Gateway = "",
    token: caller.Token = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Load the demo catalog: two schools, forty courses, two programs, two terms of sections.

    What is stored under the same keys is replaced, everything else stays; seeding twice changes nothing.

    Example:

      albertplus seed
    """
    with clear_errors():
        loading = Gateway(gateway, token).load(scan([DEMO]), Options(), None, Console(stderr=True))
        finish(asyncio.run(loading), as_json)
