"""A load generator: pages that watch several sections at one gateway, and restless writers at another.

The job names both gateways (`writing`: gRPC, `reading`: HTTP), the `pages`, the `metadata` of calls, the
`warm_up` and `mutations` (of each writer) and how many `seconds` are counted, and the processes to `watch`.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import time
from collections.abc import Sequence
from typing import Any

import grpc

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child
from tests.bench.meter import cost
from tests.bench.pages import UPDATED, Crowd, Page
from tests.bench.sections import MUTATION

Job = dict[str, Any]


class Counter:
    """Counts what pages hear: new results of a query, and the messages they came in."""

    def __init__(self) -> None:
        self.results = self.messages = 0

    def updated(self, page: Page, text: bytes, at: float) -> None:
        """A page has a message."""
        if found := text.count(UPDATED):
            self.results += found
            self.messages += 1


async def work(job: Job) -> dict[str, Any]:
    """Changes, results and messages per second, and what each process used per result."""
    counter = Counter()
    crowd = Crowd(job["reading"], job["pages"], counter.updated)
    async with grpc.aio.insecure_channel(job["writing"], options=CHANNEL_OPTIONS) as channel:
        mutate: Any = channel.unary_unary(f"/{MUTATION}")
        metadata = tuple(map(tuple, job["metadata"]))

        async def change(request: str) -> None:
            await mutate(base64.b64decode(request), metadata=metadata)

        for request in job["warm_up"]:
            await change(request)
        try:
            await crowd.start()
            return await crowd.unless_failed(_counted(job, change, counter))
        finally:
            crowd.abort()


async def _counted(job: Job, change: Any, counter: Counter) -> dict[str, Any]:
    await _flood(job["mutations"], change, job["seconds"] / 4)
    results, messages = counter.results, counter.messages
    changes, used = await cost(job["watch"], _flood(job["mutations"], change, job["seconds"]))
    results, messages = counter.results - results, counter.messages - messages
    return {
        "changes": changes / used.seconds,
        "results": results / used.seconds,
        "messages": messages / used.seconds,
        "cpu": used.per(results),
    }


async def _flood(writers: Sequence[Sequence[str]], change: Any, seconds: float) -> int:
    """How many changes were made."""
    until = time.monotonic() + seconds

    async def write(mutations: Sequence[str]) -> int:
        for made, request in enumerate(itertools.cycle(mutations), 1):
            await change(request)
            if time.monotonic() > until:
                return made
        return 0

    return sum(await asyncio.gather(*map(write, writers)))


if __name__ == "__main__":
    child.serve(work)
