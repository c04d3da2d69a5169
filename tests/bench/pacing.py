"""One change after another: the next is made when everybody concerned has the last and it has been quiet.

A query whose rows change without pause is run again no more than twenty times a second, and waiting for that
is not what is measured.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import astuple, dataclass

PATIENCE = 20.0
_QUIET = (0.06, 0.12)
"""Seconds; no fixed number, which might keep in step with somebody's poll."""


class Audience:
    """Everybody concerned: wait for an update to have reached each of them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._left = count
        self._complete = asyncio.Event()
        self.first = self.last = 0.0

    def heard(self, at: float) -> None:
        """One of them has the update, since `at`."""
        self.last = at
        self.first = self.first or at
        self._left -= 1
        if self._left == 0:
            self._complete.set()

    async def complete(self) -> None:
        """Returns when all of them have it; then it begins anew."""
        async with asyncio.timeout(PATIENCE):
            await self._complete.wait()
        self._complete.clear()
        self._left = self._count

    def next(self) -> None:
        """Before a change."""
        self.first = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One change, on the clock of this machine.

    When it was asked for and acknowledged, and when the first and the last of the audience had it.
    """

    asked: float
    acknowledged: float
    first: float
    last: float


Change = Callable[[], Awaitable[object]]


async def paced(changes: Iterable[Change], audience: Audience) -> list[Seen]:
    """Makes the changes, each after quiet."""
    return [await _one(change, audience) for change in changes]


def as_json(seen: Iterable[Seen]) -> list[tuple[float, ...]]:
    """For the parent."""
    return [astuple(each) for each in seen]


async def _one(change: Change, audience: Audience) -> Seen:
    audience.next()
    asked = time.time()
    acknowledging = asyncio.ensure_future(_acknowledged(change))
    await audience.complete()
    seen = Seen(asked, await acknowledging, audience.first, audience.last)
    await asyncio.sleep(random.uniform(*_QUIET))  # noqa: S311 - no secret
    return seen


async def _acknowledged(change: Change) -> float:
    await change()
    return time.time()
