"""Mutations of one student take turns within a replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """A lock per student.

    Not for correctness, which is the database's: but what one adds is what the next has to compare with, so
    waiting is cheaper than asking the catalog and running again and again, until some get TryAgain.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, student: str) -> AsyncIterator[None]:
        """Waits for the student's other mutations in this process."""
        lock = self._locks.get(student)
        if lock is None:
            lock = self._locks[student] = asyncio.Lock()
        async with lock:
            yield
