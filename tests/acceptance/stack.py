"""An ephemeral system for clients of the Convex door, in the foreground until Ctrl-C:
`python -m tests.acceptance.stack --port 3999 --replicas 2`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from rich.console import Console

from cli.dev.command import stop_event, unless_stopped
from cli.dev.home import opened
from cli.dev.layout import MAX_REPLICAS
from cli.dev.ports import require_free
from cli.dev.supervise import keep_running
from cli.errors import CommandError
from tests.acceptance.system import SUITE_ISSUER, AcceptanceSystem


def main() -> int:
    """Run it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.stack", description=__doc__)
    parser.add_argument("--port", type=int, default=3999, help="where clients come in (default 3999; 0: any)")
    parser.add_argument("--replicas", type=int, default=1, choices=range(1, MAX_REPLICAS + 1))
    parser.add_argument("--issuer", default=SUITE_ISSUER, help="whom to trust besides the local sign-in")
    options = parser.parse_args()
    try:
        with opened(ephemeral=True) as home:
            require_free(options.port, "the clients'")
            asyncio.run(_run(AcceptanceSystem(home, options.port, options.replicas, [options.issuer])))
    except CommandError as error:
        print(f"error: {error.message}\n{error.details}\n→ {error.hint}", file=sys.stderr)
        return 1
    return 0


async def _run(system: AcceptanceSystem) -> None:
    """Start, watch until told to stop, and stop, whatever happened on the way."""
    say = Console(highlight=False).print
    stop = stop_event(system)
    try:
        say("starting …")
        if await unless_stopped(stop, system.start()):
            say(f"ready: http://127.0.0.1:{system.port}  (logs: {system.home.logs})")
            await unless_stopped(stop, keep_running(system.servers, say))
    finally:
        say("stopping …")
        await system.stop()
        say("stopped.")


if __name__ == "__main__":
    sys.exit(main())
