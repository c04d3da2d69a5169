"""`albertplus dev`: the whole system on one machine, from nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Coroutine
from contextlib import AbstractContextManager
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.dev import screen
from cli.dev.announcement import announcement
from cli.dev.demo import catalog_is_empty, load_demo
from cli.dev.home import opened
from cli.dev.layout import Layout
from cli.dev.supervise import keep_running
from cli.dev.system import System
from cli.errors import CommandError
from cli.variables import refuse_unknown

EXAMPLES = """
Examples:

  albertplus dev                            the gateway on http://127.0.0.1:3210

  albertplus dev --port 0 --ephemeral       free ports, nothing kept

  albertplus dev --replicas 2               two of each service and of the gateway

  ALBERTPLUS_HOME=/tmp/try albertplus dev   another folder for data and logs
"""


def dev(
    port: Annotated[
        int,
        typer.Option(
            envvar="ALBERTPLUS_PORT", help="The gateway's HTTP port; the others lie next to it. 0: any."
        ),
    ] = 3210,
    replicas: Annotated[int, typer.Option(help="How many of each service and of the gateway: 1 or 2.")] = 1,
    ephemeral: Annotated[bool, typer.Option("--ephemeral", help="Keep nothing: a temporary folder.")] = False,
    demo: Annotated[bool, typer.Option(help="Load the demo catalog when the store is empty.")] = True,
) -> None:
    """Run everything on this machine: PostgreSQL, NATS, the three services, the gateway and a local sign-in.

    Data, keys and logs are in .albertplus/ (ALBERTPLUS_HOME) and kept between runs. Ctrl-C stops everything.
    """
    refuse_unknown()
    started = time.monotonic()
    console = Console(highlight=False)
    with opened(ephemeral=ephemeral) as home:
        layout = Layout.at(port, replicas)
        layout.require_free()
        asyncio.run(_run(System(home, layout), console, started, demo))


async def _run(system: System, console: Console, started: float, demo: bool) -> None:
    """Start, show, watch until told to stop, and stop, whatever happened on the way."""
    stop = stop_event(system)
    system.home.start_logs()
    try:
        with _starting(console):
            up = await unless_stopped(stop, _bring_up(system, console, demo))
        if up:
            screen.show(console, system, time.monotonic() - started)
            await unless_stopped(stop, keep_running(system.servers, console.print))
    finally:
        system.home.withdraw()
        with contextlib.suppress(OSError):  # nobody may be there to read it
            console.print("stopping …")
        await system.stop()
        with contextlib.suppress(OSError):
            console.print("stopped.")


def _starting(console: Console) -> AbstractContextManager[object]:
    """Say that it takes a moment: moving in a terminal, as a line elsewhere."""
    message = "starting PostgreSQL, NATS and the services …"
    if console.is_terminal:
        return console.status(message)
    console.print(message)
    return contextlib.nullcontext()


async def _bring_up(system: System, console: Console, demo: bool) -> None:
    """Start everything. A demo catalog that does not load is said, but is no reason to stop."""
    await system.start()
    system.home.announce(announcement(system))
    if demo and await asyncio.to_thread(catalog_is_empty, system.databases["catalog"]):
        try:
            await load_demo(system)
        except CommandError as error:
            console.print(f"[yellow]{error.message}[/]: {error.hint}\n{error.details}")


def stop_event(system: System) -> asyncio.Event:
    """Set by Ctrl-C, SIGTERM or the end of the terminal; a second one kills what has not stopped yet.

    With the end of the terminal ignored, as `nohup` does, it goes on.
    """
    stop = asyncio.Event()

    def asked() -> None:
        if stop.is_set():
            system.kill()
        stop.set()

    def left_alone() -> None:
        _say_nothing_more()
        asked()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, left_alone)
    return stop


def _say_nothing_more() -> None:
    """From now on output goes nowhere: writing to a terminal that is gone is an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):
        os.dup2(nowhere, output)
    os.close(nowhere)


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work to its end, or drop it when told to stop; says whether it came to its end."""
    doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not doing.done():
        doing.cancel()
    stopping.cancel()
    await asyncio.gather(doing, stopping, return_exceptions=True)
    if doing.cancelled():
        return False
    doing.result()
    return True
