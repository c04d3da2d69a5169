"""A client that reads and writes, whatever protocol it speaks; every answer goes to the oracle."""

from __future__ import annotations

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.chaos.oracle import Oracle, Rows, Write, owner_of, title

COURSES, SCHEDULE = QUERIES = ("courses", "schedule")
YEAR = 2030
_ROWS = 4
"""A client keeps about so many rows."""
_PAUSE = (0.1, 0.6)
AGAIN_SECONDS = 0.05
"""Between two attempts to connect."""
NOT_FOUND = ("User course not found", "You have no course with this id")
"""What a writer hears about a row that a restore took away, through either door."""


@dataclass
class Screen:
    """What a client is shown: rows with their versions and ids."""

    views: dict[str, dict[str, int]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    """Queries in whose place an error stands for now."""
    updates: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Client(ABC):
    """One tab of one user. It writes to rows of its own, one mutation after the other."""

    def __init__(
        self, user: str, tab: str, *, port: int, token: Callable[[], str], oracle: Oracle, seed: str
    ) -> None:
        """`port` is where its way to the gateways begins."""
        self.user, self.port, self.token = user, port, token
        self.name = f"{user} {tab}"
        self.screen = Screen()
        self.seconds: list[float] = []
        """How long each mutation took until it was reported as done."""
        self.connections = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self._oracle = oracle
        self._random = Random(f"{seed}/{self.name}")  # noqa: S311
        self._versions, self._rows = itertools.count(1), itertools.count(1)
        self._waiting: dict[int, tuple[Write, asyncio.Future[None]]] = {}
        """Mutations sent and not yet known to be done, by their number."""

    @abstractmethod
    async def connected(self) -> None:
        """Connects once and takes what comes, until the connection is lost."""

    @abstractmethod
    async def send(self, number: int, write: Write, id_: str) -> None:
        """Sends a mutation, if there is a connection; `id_` of its row, empty for a new one."""

    async def follow(self) -> None:
        """Stays connected until cancelled."""
        while True:
            self.connections += 1
            try:
                await self.connected()
            except AssertionError as error:
                self._oracle.wrong("protocol", f"{self.name}: {error}")
            await asyncio.sleep(AGAIN_SECONDS)

    async def work(self, going: asyncio.Event) -> None:
        """Writes, while `going`."""
        while True:
            await going.wait()
            if self.screen.views.get(COURSES) is not None:
                self.idle.clear()
                await self._write()
                self.idle.set()
            await asyncio.sleep(self._random.uniform(*_PAUSE))

    def show(self, query: str, rows: Mapping[str, int], ids: Mapping[str, str]) -> None:
        """A result came."""
        self.screen.views[query] = dict(rows)
        self.screen.ids |= ids
        self.screen.failing.discard(query)
        self._oracle.shown(f"{query} of {self.name}", self.user, rows)
        self._tell()

    def fail(self, query: str) -> None:
        """An error came instead of a result."""
        self.screen.failing.add(query)
        self._tell()

    def complete(self, number: int, error: str) -> None:
        """The outcome of a mutation came, and everything that it changed for this client before it."""
        if number not in self._waiting:
            return
        write, waiting = self._waiting.pop(number)
        now = time.monotonic()
        if error:
            lost = any(words in error for words in NOT_FOUND)
            self._oracle.failed(write, now, error, of_lost_row=lost)
        else:
            self.seconds.append(now - write.begun)
            self._oracle.done(write, now, self.shown_now(COURSES))
        if not waiting.done():
            waiting.set_result(None)

    def shown_now(self, query: str) -> Rows | None:
        """What the query shows; None while it shows an error."""
        return None if query in self.screen.failing else self.screen.views.get(query, {})

    def unfinished(self) -> list[tuple[int, Write, str]]:
        """What a new connection has to send again."""
        return [(at, write, self.screen.ids.get(write.row, "")) for at, (write, _) in self._waiting.items()]

    async def _write(self) -> None:
        number = next(self._versions)
        write = self._oracle.began(self._choose(number))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (write, done)
        await self.send(number, write, self.screen.ids.get(write.row, ""))
        await done

    def _choose(self, number: int) -> Write:
        """A new row, or another version or the end of one that is shown."""
        now = time.monotonic()
        mine = [row for row in self.screen.views[COURSES] if row.startswith(f"{self.name}.")]
        if len(mine) < 2 or (len(mine) < _ROWS and self._random.random() < 0.3):
            return Write(self.name, f"{self.name}.{next(self._rows)}", number, now)
        row = self._random.choice(sorted(mine))
        return Write(self.name, row, number, now, deletes=self._random.random() < 0.1)

    def _tell(self) -> None:
        self.screen.updates += 1
        self.screen.changed.set()


def new_course(write: Write) -> dict[str, Any]:
    """What a row is made of, in the words of the Convex functions."""
    return {
        "courseCode": write.row,
        "title": title(write.row, write.version),
        "year": float(YEAR),
        "term": "fall",
    }


def is_new(write: Write, id_: str) -> bool:
    """Whether the row of this write is not there yet."""
    assert owner_of(write.row)
    return not id_ and not write.deletes
