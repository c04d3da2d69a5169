"""A load generator: subscribers of one query at one gateway, and a writer at another.

The job names both gateways (`writing`, `reading`), the `metadata` of calls, the query (`method`, `request`),
the `mutation` and its `requests`, and the processes to `watch`. Each mutation changes the query's result. The
next one is made when the last subscriber has the update and it has been quiet for a while: a query whose rows
change without pause is run again no more than twenty times a second, and that is not what is measured here.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from albertplus.live.v1.live_service_pb2 import SubscribeRequest, SubscribeResponse

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child, cpu

Job = dict[str, Any]
_SUBSCRIBE = "/albertplus.live.v1.LiveService/Subscribe"
_PATIENCE = 20.0
_WARM_UP = 10
_QUIET = (0.06, 0.12)
"""Seconds; no fixed number, which might keep in step with somebody's poll."""


class Audience:
    """All subscribers: wait for an update to have reached each of them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._left = count
        self._complete = asyncio.Event()
        self.first = self.last = 0.0

    def heard(self) -> None:
        """One of them has the update."""
        self.last = time.time()
        self.first = self.first or self.last
        self._left -= 1
        if self._left == 0:
            self._complete.set()

    async def complete(self) -> None:
        """Returns when all of them have it; then it begins anew."""
        async with asyncio.timeout(_PATIENCE):
            await self._complete.wait()
        self._complete.clear()
        self._left = self._count

    def next(self) -> None:
        """Before a change."""
        self.first = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One change, on the clock of this machine.

    When it was asked for and acknowledged, and when the first and the last subscriber had it.
    """

    asked: float
    acknowledged: float
    first: float
    last: float


async def work(job: Job) -> dict[str, Any]:
    """The times of each mutation, warm-up left out, and what the processes used per mutation."""
    requests = [base64.b64decode(each) for each in job["requests"]]
    metadata = tuple(map(tuple, job["metadata"]))
    audience = Audience(job["subscribers"])
    async with _channel(job["writing"]) as writing, _channel(job["reading"]) as reading:
        mutate: Any = writing.unary_unary(f"/{job['mutation']}")
        async with _subscribed(reading, job, metadata, audience):
            await _mutations(mutate, metadata, requests[:_WARM_UP], audience)
            before = cpu.of(job["watch"])
            seen = await _mutations(mutate, metadata, requests[_WARM_UP:], audience)
            used = cpu.per_operation(before, cpu.of(job["watch"]), len(seen))
    return {"seen": [[one.asked, one.acknowledged, one.first, one.last] for one in seen], "cpu": used}


async def _mutations(mutate: Any, metadata: Any, requests: Sequence[bytes], audience: Audience) -> list[Seen]:
    return [await _mutation(mutate(each, metadata=metadata), audience) for each in requests]


async def _mutation(call: Any, audience: Audience) -> Seen:
    audience.next()
    asked = time.time()
    acknowledging = asyncio.ensure_future(_acknowledged(call))
    await audience.complete()
    seen = Seen(asked, await acknowledging, audience.first, audience.last)
    await asyncio.sleep(random.uniform(*_QUIET))  # noqa: S311 - no secret
    return seen


async def _acknowledged(call: Any) -> float:
    await call
    return time.time()


def _channel(address: str) -> grpc.aio.Channel:
    return grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS)


@contextlib.asynccontextmanager
async def _subscribed(
    channel: grpc.aio.Channel, job: Job, metadata: Any, audience: Audience
) -> AsyncIterator[None]:
    """All subscribers, each on a stream of its own, once each has the first result."""
    subscribe = channel.stream_stream(
        _SUBSCRIBE,
        request_serializer=SubscribeRequest.SerializeToString,
        response_deserializer=SubscribeResponse.FromString,
    )
    calls = [subscribe(metadata=metadata) for _ in range(job["subscribers"])]
    readers = [asyncio.create_task(_listen(call, _start(job), audience)) for call in calls]
    try:
        await _first_of(audience.complete(), *readers)
        yield
    finally:
        for call in calls:
            call.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


def _start(job: Job) -> SubscribeRequest:
    request = base64.b64decode(job["request"])
    query = SubscribeRequest.Watch(query_id="q", method=job["method"], request=request)
    return SubscribeRequest(start=SubscribeRequest.Start(queries=[query]))


async def _listen(call: Any, start: SubscribeRequest, audience: Audience) -> None:
    await call.write(start)
    while (message := await call.read()) is not grpc.aio.EOF:
        if message.update.results:
            audience.heard()
    raise ConnectionError(f"a stream ended: {await call.details()}")


async def _first_of(wanted: Any, *others: asyncio.Task[None]) -> None:
    """Returns when `wanted` has come to its end; raises what any of the others ends with before."""
    task = asyncio.ensure_future(wanted)
    done, _ = await asyncio.wait({task, *others}, return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()


if __name__ == "__main__":
    child.serve(work)
