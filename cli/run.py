"""`albertplus run`: one process, as a container or a supervisor starts it."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from cli.errors import CommandError

EXAMPLES = """
Examples:

  ALBERTPLUS_DATABASE_URL=postgresql://… albertplus run catalog

  ALBERTPLUS_PORT=3210 ALBERTPLUS_CATALOG_ADDRESS=catalog:3221 … albertplus run gateway
"""

PROCESSES = {
    "catalog": "services.catalog.main",
    "planner": "services.planner.main",
    "identity": "services.identity.main",
    "gateway": "gateway.main",
    "issuer": "cli.dev.issuer_server",
}


def run(
    process: Annotated[
        str, typer.Argument(help="catalog, planner, identity, gateway, or issuer (local sign-in).")
    ],
) -> None:
    """Run one process until SIGTERM or Ctrl-C, with its settings from the environment (ALBERTPLUS_…)."""
    from runtime.settings import SettingsError

    if process not in PROCESSES:
        raise CommandError(f"there is no process {process!r}", hint=f"choose one of {', '.join(PROCESSES)}")
    try:
        importlib.import_module(PROCESSES[process]).run()
    except SettingsError as error:
        head, *lines = str(error).splitlines()
        raise CommandError(
            f"{process}: {head}", details="\n".join(lines), hint="set them and start again"
        ) from error
    except OSError as error:
        raise CommandError(f"{process} cannot start: {error}") from error
