"""`albertplus run`: one process, as a container or a supervisor starts it."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.errors import CommandError
from cli.variables import refuse_unknown, wrong_settings

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
    if process not in PROCESSES:
        raise CommandError(f"there is no process {process!r}", hint=f"choose one of {', '.join(PROCESSES)}")
    refuse_unknown()
    module = importlib.import_module(PROCESSES[process])
    with _said_clearly(process):
        _serve(module) if hasattr(module, "SERVICE") else module.run()


def _serve(module: Any) -> None:
    """Run a service by what its `main` says."""
    import uvloop

    from runtime.server import serve
    from runtime.settings import load

    uvloop.run(serve(module.SERVICE, load(module.SERVICE.settings)))


@contextlib.contextmanager
def _said_clearly(process: str) -> Iterator[None]:
    """Turn what keeps a process from starting into one message."""
    from runtime.refusal import Refusal
    from runtime.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        raise wrong_settings(error, process) from error
    except (Refusal, OSError) as error:
        raise CommandError(f"{process} cannot start: {error}") from error
