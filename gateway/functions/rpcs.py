"""Calls that functions have in common: lists to their end, and what isn't there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from gateway.functions.context import Context
from gateway.functions.errors import Refused
from gateway.functions.paging import MOST_AT_ONCE, Read

MAX_QUERY = 200
T = TypeVar("T")


async def or_none(call: Awaitable[T], reason: str) -> T | None:
    """What the call answers; None if it is refused for this reason."""
    try:
        return await call
    except Refused as refused:
        if refused.reason != reason:
            raise
        return None


def pages(context: Context, method: str, request: Any, response: type[Message], rows: str) -> Read:
    """Reads a list in pages; `rows` is the field of the response that holds them."""

    async def read(size: int, after: str, end: str) -> tuple[list[Any], str]:
        wanted = type(request)()
        wanted.CopyFrom(request)
        wanted.page_size, wanted.page_token = size, after
        if end:
            wanted.end_page_token = end
        answer: Any = await context.call(method, wanted, response)
        return list(getattr(answer, rows)), answer.next_page_token

    return read


async def everything(read: Read) -> list[Any]:
    """All rows of a list."""
    rows, token = await read(MOST_AT_ONCE, "", "")
    while token:
        more, token = await read(MOST_AT_ONCE, token, "")
        rows += more
    return rows


async def in_batches(ask: Callable[[Sequence[T]], Awaitable[Iterable[Any]]], keys: Iterable[T]) -> list[Any]:
    """What `ask` answers for all keys, asked for as many at once as a batch may hold."""
    wanted = list(dict.fromkeys(keys))
    found: list[Any] = []
    for start in range(0, len(wanted), MOST_AT_ONCE):
        found += await ask(wanted[start : start + MOST_AT_ONCE])
    return found


def searched(text: str | None) -> str:
    """What somebody typed as a query: no more of it than is looked at, empty for blanks."""
    return (text or "").strip()[:MAX_QUERY].strip()


def whole(number: float) -> int | None:
    """A number as the class number it stands for; None if none can be it."""
    return int(number) if number.is_integer() and 0 < number < 2**63 else None
