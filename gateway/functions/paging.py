"""Pages of live lists: where a page ends is settled when it is first read, and stays.

A page that is read again, because its rows changed or after a reconnect, is all that lies between its
beginning and its settled end, however many rows that is now. So no row is ever in two pages or in none. The
end travels as the query's journal; cursors are page tokens of the list, which know what list they are of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from gateway.functions.context import Context
from gateway.functions.errors import FunctionError, Refused, invalid_cursor

END = "_end_cursor"
"""The cursor behind the last row of any list."""
MOST_AT_ONCE = 1000
_FEWEST_AT_ONCE = 100
_TOKENS = frozenset(("page_token", "end_page_token"))

Rows: TypeAlias = "list[Any]"
Read: TypeAlias = Callable[[int, str, str], Awaitable[tuple[Rows, str]]]
"""Reads at most so many rows behind a token, up to and including the place of another (empty: no bound),
and the token to go on with (empty: this is all)."""


async def paginate(context: Context, options: Mapping[str, Any], read: Read) -> dict[str, Any]:
    """The page that `paginationOpts` ask for. Raises the error that makes a client start over for a cursor
    that is none of this list."""
    size = _size(options["numItems"])
    start = options["cursor"] or ""
    end = options.get("endCursor") or context.journal
    try:
        if start == END:
            return _page(context, [], END)
        if end is None:
            rows, token = await _first(read, start, size)
            return _page(context, rows, token or END)
        rows, split = await _again(read, start, "" if end == END else end, size)
    except Refused as refused:
        raise _explained(refused) from refused
    return _page(context, rows, end) | ({"splitCursor": split} if split else {})


async def _first(read: Read, start: str, size: int) -> tuple[Rows, str]:
    """The rows behind `start`, and the token behind them."""
    rows, token = await read(min(size, MOST_AT_ONCE), start, "")
    while token and len(rows) < size:
        more, token = await read(min(size - len(rows), MOST_AT_ONCE), token, "")
        rows += more
    return rows, token


async def _again(read: Read, start: str, end: str, size: int) -> tuple[Rows, str]:
    """The rows between two places, and a place in the middle of them if there are many."""
    some = max(_FEWEST_AT_ONCE, min(size, MOST_AT_ONCE))
    rows, token = await read(some, start, end)
    places = []
    while token:
        places.append(token)
        more, token = await read(some, token, end)
        rows += more
    return rows, places[len(places) // 2] if places else ""


def _page(context: Context, rows: Rows, end: str) -> dict[str, Any]:
    context.new_journal = end
    return {"page": rows, "isDone": end == END, "continueCursor": end}


def _size(number: float) -> int:
    if not 1 <= number <= 2**31:
        raise FunctionError("paginationOpts.numItems must be a positive number")
    return int(number)


def _explained(refused: Refused) -> Exception:
    about_token = any(field in _TOKENS for field, _ in refused.fields)
    return invalid_cursor() if refused.reason == "INVALID_PAGE_TOKEN" or about_token else refused
