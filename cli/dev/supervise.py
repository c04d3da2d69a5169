"""Keeping a running system alive: whatever stops by itself is started again, and it is said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from cli.dev.program import Server
from cli.errors import CommandError

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 15.0
# A process that ran this long before it stopped is not in a crash loop.
_HEALTHY_SECONDS = 30.0

Say = Callable[[str], None]


async def keep_running(servers: Iterable[Server], say: Say, longest_delay: float = _LONGEST_DELAY) -> None:
    """Watch all servers until cancelled; `say` is told of each end and each new start.

    What keeps stopping is started again ever later, up to `longest_delay` seconds.
    """
    async with asyncio.TaskGroup() as group:
        for server in servers:
            group.create_task(_keep_one(server, say, longest_delay))


async def _keep_one(server: Server, say: Say, longest_delay: float) -> None:
    delay = _FIRST_DELAY
    while True:
        started = time.monotonic()
        code = await server.process.wait()
        if time.monotonic() - started > _HEALTHY_SECONDS:
            delay = _FIRST_DELAY
        name, log = server.process.name, server.process.log
        say(f"{name} stopped ({_reason(code)}); starting it again in {delay:g} s; its log: {log}")
        await asyncio.sleep(delay)
        delay = min(delay * 2, longest_delay)
        try:
            await server.start()
        except CommandError as error:
            say(error.message)
        else:
            say(f"{name} runs again")


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by signal {-code}"
