"""Running a mutation until the catalog was asked for everything it has to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import TypeVar, cast

from runtime.refusal import TryAgain
from services.planner.fetched import Fetched, NotFetched

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
ResultT = TypeVar("ResultT")

_ATTEMPTS = 6
"""More than one or two are needed only while another tab of the student keeps adding sections."""


async def with_fetched(
    ask: Callable[[Collection[KeyT]], Awaitable[Mapping[KeyT, ValueT]]],
    attempt: Callable[[Fetched[KeyT, ValueT]], Awaitable[ResultT]],
) -> ResultT:
    """What `attempt` answers once it finds everything it looks for in what `ask` brought.

    Raises TryAgain when it keeps wanting more.
    """
    fetched: Fetched[KeyT, ValueT] = Fetched()
    for _ in range(_ATTEMPTS):
        try:
            return await attempt(fetched)
        except NotFetched as missing:
            keys = cast("frozenset[KeyT]", missing.keys)
            fetched = fetched.plus(keys, await ask(keys))
    raise TryAgain
