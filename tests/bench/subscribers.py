"""A load generator: subscribers of one query at one gateway, and a writer at another.

The job names both gateways (`writing`, `reading`), the `metadata` of calls, the query (`method`, `request`),
the `mutation` and its `requests`, how many of them are to `warm_up`, how long to be `idle` after these, and
the processes to `watch`. Each mutation changes the query's result.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import grpc
from albertplus.live.v1.live_service_pb2 import SubscribeRequest, SubscribeResponse

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child
from tests.bench.meter import cost
from tests.bench.pacing import Audience, as_json, paced

Job = dict[str, Any]
_SUBSCRIBE = "/albertplus.live.v1.LiveService/Subscribe"


async def work(job: Job) -> dict[str, Any]:
    """The times of each mutation, warm-up left out, and what the processes used per mutation."""
    requests = [base64.b64decode(each) for each in job["requests"]]
    metadata = tuple(map(tuple, job["metadata"]))
    audience = Audience(job["subscribers"])
    async with _channel(job["writing"]) as writing, _channel(job["reading"]) as reading:
        mutate: Any = writing.unary_unary(f"/{job['mutation']}")
        async with _subscribed(reading, job, metadata, audience):
            changes = [partial(mutate, each, metadata=metadata) for each in requests]
            await paced(changes[: job["warm_up"]], audience)
            _, idle = await cost(job["watch"], asyncio.sleep(job["idle"]))
            seen, busy = await cost(job["watch"], paced(changes[job["warm_up"] :], audience))
    return {"seen": as_json(seen), "cpu": busy.per(len(seen), idle)}


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
            audience.heard(time.time())
    raise ConnectionError(f"a stream ended: {await call.details()}")


async def _first_of(wanted: Any, *others: asyncio.Task[None]) -> None:
    """Returns when `wanted` has come to its end; raises what any of the others ends with before."""
    task = asyncio.ensure_future(wanted)
    done, _ = await asyncio.wait({task, *others}, return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()


if __name__ == "__main__":
    child.serve(work)
