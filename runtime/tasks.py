"""Ending background tasks."""

from __future__ import annotations

import asyncio
from typing import Any

_AGAIN = 0.2


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancels tasks until every one has ended, and swallows what they end with.

    Once is not enough: `asyncio.wait_for` of Python 3.11, which the drivers of PostgreSQL and NATS use, loses
    a cancellation that arrives together with the result it waits for.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)
