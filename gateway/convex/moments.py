"""Queries "at a timestamp": the first answer under a timestamp stays that timestamp's answer."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import ClassVar

from gateway.functions.runner import Outcome

Key = tuple[int, Hashable, Hashable, Hashable]


class Moments:
    """Remembers answers for as long as clients may ask for their timestamp again.

    The services keep no past to look into, so different queries under one timestamp were answered at
    different times: each stays what it was, but they need not agree with each other.
    """

    KEPT: ClassVar[int] = 60
    """Seconds."""
    MOST: ClassVar[int] = 1_000

    def __init__(self) -> None:
        self._found: OrderedDict[Key, tuple[float, asyncio.Task[Outcome]]] = OrderedDict()

    async def first(self, key: Key, run: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The answer that was given for this key first."""
        self._forget_old()
        if key not in self._found:
            self._found[key] = (time.monotonic(), asyncio.ensure_future(_task(run)))
        outcome = await asyncio.shield(self._found[key][1])
        if outcome.error is not None and outcome.error.system:
            self._found.pop(key, None)
        return outcome

    def _forget_old(self) -> None:
        until = time.monotonic() - self.KEPT
        while self._found:
            since, _ = next(iter(self._found.values()))
            if since > until and len(self._found) < self.MOST:
                return
            self._found.popitem(last=False)


async def _task(run: Callable[[], Awaitable[Outcome]]) -> Outcome:
    return await run()
