"""A load generator: pages that watch queries at one gateway, and a writer at another.

The job names both gateways (`writing`: gRPC, `reading`: HTTP), the `pages`, the `metadata` of calls, the
`warm_up` and `mutations` with the text that is in a result once it shows them, and the processes to `watch`.
Each change has to reach every touched page, and no other. Before, nothing is done for `idle` seconds, to know
what is used of the processor in any case.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from functools import partial
from typing import Any

import grpc

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child
from tests.bench.meter import cost
from tests.bench.pacing import Audience, Seen, as_json, paced
from tests.bench.pages import UPDATED, Crowd, Page
from tests.bench.sections import MUTATION

Job = dict[str, Any]


class Watched:
    """Who has the change that was made last."""

    def __init__(self, touched: int) -> None:
        self.audience = Audience(touched)
        self.strays = 0
        """Updates of pages that the changes do not touch."""
        self._marker = b"?"

    def expect(self, marker: bytes) -> None:
        """Before a change."""
        self._marker = marker

    def updated(self, page: Page, text: bytes, at: float) -> None:
        """A page has a message."""
        if not page.touched:
            self.strays += UPDATED in text
        elif self._marker in text:
            self.audience.heard(at)


class Writer:
    """Makes changes."""

    def __init__(
        self, channel: grpc.aio.Channel, metadata: Sequence[Sequence[str]], watched: Watched
    ) -> None:
        self._mutate: Any = channel.unary_unary(f"/{MUTATION}")
        self._metadata = tuple(map(tuple, metadata))
        self._watched = watched

    async def paced(self, mutations: Sequence[Sequence[str]]) -> list[Seen]:
        """Each after quiet."""
        return await paced([partial(self._make, *each) for each in mutations], self._watched.audience)

    async def _make(self, marker: str, request: str) -> None:
        self._watched.expect(marker.encode())
        await self._mutate(base64.b64decode(request), metadata=self._metadata)


async def work(job: Job) -> dict[str, Any]:
    """The times of each change, warm-up left out; what the processes used per change and per page's start."""
    watched = Watched(sum(page["touched"] for page in job["pages"]))
    crowd = Crowd(job["reading"], job["pages"], watched.updated)
    async with grpc.aio.insecure_channel(job["writing"], options=CHANNEL_OPTIONS) as channel:
        writer = Writer(channel, job["metadata"], watched)
        try:
            _, start = await cost(job["watch"], crowd.start())
            found = await crowd.unless_failed(_changes(job, writer))
        finally:
            crowd.abort()
    pages = len(crowd.pages)
    session = {"seconds": start.seconds / pages, "cpu": start.per(pages)}
    sample = next(page.last for page in crowd.pages if page.touched)
    return {**found, "session": session, "strays": watched.strays, "sample": sample.decode()}


async def _changes(job: Job, writer: Writer) -> dict[str, Any]:
    await writer.paced(job["warm_up"])
    _, idle = await cost(job["watch"], asyncio.sleep(job["idle"]))
    seen, busy = await cost(job["watch"], writer.paced(job["mutations"]))
    return {"seen": as_json(seen), "cpu": busy.per(len(seen), idle), "idle": idle.load()}


if __name__ == "__main__":
    child.serve(work)
