"""Pages of a web application, as cheap as can be: signed in over the Convex door, watching queries."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, TypedDict, TypeVar

from tests.bench.sockets import Refused, Socket, open_socket

PATH = "/api/1.48.0/sync"
UPDATED = b'"QueryUpdated"'
_TRANSITION, _FAILURES = b'{"type":"Transition"', (b'"QueryFailed"', b'"AuthError"', b'"FatalError"')
Query = tuple[str, dict[str, Any]]
"""A function's name and its arguments."""
Found = TypeVar("Found")


class PageJob(TypedDict):
    """Who a page belongs to, what it watches, and whether the changes that are made are to reach it."""

    token: str
    queries: Sequence[Query]
    touched: bool


Updated = Callable[["Page", bytes, float], None]
"""Told of each message of a started page, and when it was read."""


class Page:
    """One session."""

    def __init__(
        self,
        address: str,
        page: PageJob,
        updated: Updated,
        failed: asyncio.Future[None],
    ) -> None:
        self.touched = page["touched"]
        self._address = address
        self._page = page
        self._updated = updated
        self._waiting = len(page["queries"])
        self._socket: Socket | None = None
        self._started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._failed = failed
        self.last = b""
        """The newest update."""

    async def start(self) -> None:
        """Returns when it has the first result of every query. Raises Refused."""
        self._socket = await open_socket(self._address, PATH, self._heard, self._fail)
        self._socket.say(greeting(self._page))
        await self._started

    def abort(self) -> None:
        """Ends it."""
        if self._socket is not None:
            self._socket.abort()

    def _heard(self, text: bytes, at: float) -> None:
        if UPDATED in text:
            self.last = text
        if self._started.done():
            self._updated(self, text, at)
            return
        if any(failure in text for failure in _FAILURES):
            self._fail(text.decode())
        self._waiting -= text.count(UPDATED)
        if self._waiting <= 0 and text.startswith(_TRANSITION):
            self._started.set_result(None)

    def _fail(self, why: str) -> None:
        if not self._failed.done():
            self._failed.set_exception(Refused(why[:1000]))


class Crowd:
    """All pages of a load generator."""

    def __init__(self, address: str, pages: Sequence[PageJob], updated: Updated) -> None:
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pages = [Page(address, page, updated, self._failed) for page in pages]

    async def start(self) -> None:
        """Returns when each has all its first results. Raises Refused."""
        await self.unless_failed(_all(page.start() for page in self.pages))

    async def unless_failed(self, work: Awaitable[Found]) -> Found:
        """What comes of `work`, unless a connection ends before. Raises Refused."""
        task = asyncio.ensure_future(work)
        await asyncio.wait((task, self._failed), return_when=asyncio.FIRST_COMPLETED)
        if self._failed.done():
            task.cancel()
            self._failed.result()
        return task.result()

    def abort(self) -> None:
        """Ends all of them."""
        for page in self.pages:
            page.abort()


def greeting(page: PageJob, at_once: int = 2_000) -> Iterator[bytes]:
    """What a page says first; not more than `at_once` queries in a message."""
    session = {"sessionId": str(uuid.uuid4()), "connectionCount": 0, "lastCloseReason": "InitialConnect"}
    yield _message("Connect", **session, clientTs=0)
    yield _message("Authenticate", tokenType="User", value=page["token"], baseVersion=0)
    adds = [
        {"type": "Add", "queryId": number, "udfPath": function, "args": [arguments]}
        for number, (function, arguments) in enumerate(page["queries"])
    ]
    for version, first in enumerate(range(0, len(adds), at_once)):
        some = adds[first : first + at_once]
        yield _message("ModifyQuerySet", baseVersion=version, newVersion=version + 1, modifications=some)


def value(update: bytes) -> bytes:
    """The value in the update of a page that watches one query."""
    return update.partition(b'"value":')[2].partition(b',"logLines":')[0]


async def _all(starting: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*starting)


def _message(kind: str, **fields: Any) -> bytes:
    return json.dumps({"type": kind, **fields}).encode()
