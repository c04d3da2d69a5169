"""Waiting for processes of others to be gone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable


async def gone(pids: Iterable[int], *, seconds: float) -> set[int]:
    """Wait until none of the processes lives, or for `seconds`; returns those that are left."""
    left = set()
    for pid in pids:
        try:
            async with asyncio.timeout(seconds):
                await _gone(pid)
        except TimeoutError:
            left.add(pid)
    return left


async def _gone(pid: int) -> None:
    """A pidfd becomes readable when its process ends."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
