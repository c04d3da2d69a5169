"""A load generator: one page that hears of changes, while others do their worst to the same gateway.

The job names both gateways (`writing`: gRPC, `reading`: HTTP), the `pid` of the one that is read from, the
`probe`'s page, its changes (`warm_up`, `mutations`), and the `load`: what the other `pages` do.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child
from tests.bench.crowd import resident
from tests.bench.pacing import Seen, as_json
from tests.bench.pages import PATH, UPDATED, Crowd, Page, PageJob, greeting, value
from tests.bench.sockets import Socket, open_socket
from tests.bench.watchers import Watched, Writer

_SAMPLE = 0.02
_AT_ONCE = 10
_PATIENCE = 60.0
_REFUSED = b'"QueryFailed"'
Job = dict[str, Any]


class Others:
    """Nobody else is there."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.found: dict[str, float] = {}

    async def start(self) -> None:
        """Returns when they are at it."""

    async def paced(self, writer: Writer) -> list[Seen]:
        """The probe's changes while they are."""
        return await writer.paced(self.job["mutations"])

    async def finish(self) -> None:
        """Sees what became of them."""


class Idle(Others):
    """Sessions that watch nothing."""

    async def start(self) -> None:
        """All of them are there."""
        self._crowd = Crowd(self.job["reading"], self.job["pages"], _ignore)
        await self._crowd.start()

    async def finish(self) -> None:
        """They leave."""
        self._crowd.abort()


class Cut(Others):
    """Clients that the gateway should be rid of."""

    async def start(self) -> None:
        """They say all they want at once."""
        self._began = time.monotonic()
        self._open: dict[int, asyncio.Future[None]] = {}
        self.found = {"answered": 0, "refused": 0}
        for number, page in enumerate(self.job["pages"]):
            await self._say(number, page)

    async def finish(self) -> None:
        """How long the last was suffered."""
        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*self._open.values())
        self.found["cut"] = time.monotonic() - self._began

    async def _say(self, number: int, page: PageJob) -> None:
        over = self._open[number] = asyncio.get_running_loop().create_future()
        socket = await open_socket(self.job["reading"], PATH, self._heard, lambda _: _end(over))
        socket.say(greeting(page, 1000))
        self._said(socket)

    def _said(self, socket: Socket) -> None:
        """What one does afterwards."""

    def _heard(self, text: bytes, _: float) -> None:
        self.found["answered"] += text.count(UPDATED)
        self.found["refused"] += text.count(_REFUSED)


class Deaf(Cut):
    """Clients that stop reading as soon as they have said what they watch."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._sockets: list[Socket] = []

    def _said(self, socket: Socket) -> None:
        socket.pause()
        self._sockets.append(socket)

    async def paced(self, writer: Writer) -> list[Seen]:
        """Until the gateway counts none of them any more, which they, not reading, cannot notice."""
        seen: list[Seen] = []
        for first in range(0, len(self.job["mutations"]), _AT_ONCE):
            seen += await writer.paced(self.job["mutations"][first : first + _AT_ONCE])
            if await _sessions(self.job["reading"]) == 1:  # the probe's own
                self.found = {"cut": time.monotonic() - self._began}
                return seen
        raise child.MeasurementFailed("clients that do not read are never cut off")

    async def finish(self) -> None:
        """They leave."""
        for socket in self._sockets:
            socket.abort()


class Importing(Idle):
    """A thousand schedules, and a program that changes what they show."""

    async def paced(self, writer: Writer) -> list[Seen]:
        """As many changes as there is time for while the program runs."""
        program = await asyncio.create_subprocess_exec(
            *self.job["command"], env=self.job["environment"], stdout=asyncio.subprocess.PIPE
        )
        ended = asyncio.ensure_future(program.communicate())
        seen: list[Seen] = []
        for change in self.job["mutations"]:
            seen += await writer.paced([change])
            if ended.done():
                break
        printed, _ = await ended
        if program.returncode:
            raise child.MeasurementFailed(f"the import ended with {program.returncode}")
        summary = json.loads(printed)
        changed = sum(kind["changed"] for kind in summary["kinds"].values())
        self.found["rate"] = changed / summary["seconds"]
        return seen

    async def finish(self) -> None:
        """Each page shows what one that is opened now shows."""
        again = Crowd(self.job["reading"], self.job["pages"], _ignore)
        await asyncio.sleep(2.0)  # what is shown is to be right by then
        await again.start()
        pairs = zip(self._crowd.pages, again.pages, strict=True)
        self.found["stale"] = sum(value(old.last) != value(new.last) for old, new in pairs)
        again.abort()
        self._crowd.abort()


_LOADS = {"quiet": Others, "idle": Idle, "greedy": Cut, "deaf": Deaf, "import": Importing}


async def work(job: Job) -> dict[str, Any]:
    """The times of the probe's changes, how much the gateway grew at most, and what became of the others."""
    watched, others = Watched(1), _LOADS[job["load"]](job)
    probe = Crowd(job["reading"], [job["probe"]], watched.updated)
    async with grpc.aio.insecure_channel(job["writing"], options=CHANNEL_OPTIONS) as channel:
        writer = Writer(channel, job["metadata"], watched)
        await probe.start()
        await writer.paced(job["warm_up"])
        async with _growth(job["pid"]) as grown:
            await others.start()
            seen = await probe.unless_failed(others.paced(writer))
            await others.finish()
    probe.abort()
    return {"seen": as_json(seen), "grown": max(grown), **others.found}


@contextlib.asynccontextmanager
async def _growth(pid: int) -> AsyncIterator[list[int]]:
    """By how many bytes a process is larger than it was, time and again."""
    before, grown = resident(pid), [0]

    async def look() -> None:
        while True:
            grown.append(resident(pid) - before)
            await asyncio.sleep(_SAMPLE)

    looking = asyncio.create_task(look())
    try:
        yield grown
    finally:
        looking.cancel()


async def _sessions(address: str) -> int:
    """How many sessions the gateway counts."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
    text = (await reader.read()).decode()
    writer.close()
    line = next(line for line in text.splitlines() if line.startswith("albertplus_gateway_sessions "))
    return int(float(line.split()[1]))


def _end(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)


def _ignore(page: Page, text: bytes, at: float) -> None:
    """What they are told is looked at in the end."""


if __name__ == "__main__":
    child.serve(work)
