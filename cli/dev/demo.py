"""The demo catalog, loaded into a store that holds nothing yet."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cli.dev.process import ChildProcess, log_tail
from cli.errors import CommandError

if TYPE_CHECKING:
    from cli.dev.system import System

_EMPTY = """
    SELECT NOT EXISTS (SELECT FROM courses) AND NOT EXISTS (SELECT FROM offerings)
       AND NOT EXISTS (SELECT FROM programs) AND NOT EXISTS (SELECT FROM schools)
"""


def catalog_is_empty(dsn: str) -> bool:
    """Whether the catalog's database holds no row of anything."""
    import psycopg

    with psycopg.connect(dsn) as connection:
        row = connection.execute(_EMPTY).fetchone()
    return bool(row and row[0])


async def load_demo(system: System) -> None:
    """Load the demo catalog through the running gateway, as `albertplus seed` does."""
    command = [sys.executable, "-m", "cli.main", "seed"]
    environment = {**_without_settings(os.environ), "ALBERTPLUS_HOME": str(system.home.path)}
    seed = await ChildProcess.spawn("seed", command, log=system.home.log("seed"), env=environment)
    if await seed.wait() != 0:
        raise CommandError(
            "the demo catalog could not be loaded",
            hint=f"try again with `albertplus seed`; its log is {seed.log}",
            details=log_tail(seed.log),
        )


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment that names no other gateway, nor a token for it: the demo is for this system only."""
    return {name: value for name, value in environment.items() if not name.startswith("ALBERTPLUS_")}
