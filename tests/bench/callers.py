"""A load generator: callers that each ask again as soon as they are answered.

Jobs are dicts with `name`, `callers`, `seconds`, `requests` and `watch` (processes whose use of the processor
is noted), and either `address`, `method` and `metadata` for RPCs, or `dsn` and `statement` for bare SELECTs,
whose requests are parameters.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import grpc
import psycopg

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child, cpu
from tests.bench.figures import spread

Ask = Callable[[Any], Awaitable[Any]]
Job = dict[str, Any]
_WARM_UP = 0.25


async def work(jobs: Sequence[Job]) -> dict[str, Any]:
    """One after the other; what was measured, by the jobs' names."""
    return {job["name"]: await _measure(job) for job in jobs}


async def _measure(job: Job) -> dict[str, Any]:
    open_callers = _selecting if "dsn" in job else _calling
    async with open_callers(job) as callers:
        await _run(callers, job["requests"], min(_WARM_UP, job["seconds"]))
        before, own, began = cpu.of(job["watch"]), time.process_time(), time.monotonic()
        took = await _run(callers, job["requests"], job["seconds"])
        elapsed, own_used = time.monotonic() - began, time.process_time() - own
        used = cpu.per_operation(before, cpu.of(job["watch"]), len(took))
    used["client"] = own_used / max(1, len(took))
    return {"rate": len(took) / elapsed, **spread(took), "cpu": used}


async def _run(callers: Sequence[Ask], requests: Sequence[Any], seconds: float) -> list[float]:
    """How long each call took."""
    took: list[float] = []
    until = time.perf_counter() + seconds
    endless = itertools.cycle(requests)

    async def keep_asking(ask: Ask) -> None:
        while (began := time.perf_counter()) < until:
            await ask(next(endless))
            took.append(time.perf_counter() - began)

    await asyncio.gather(*map(keep_asking, callers))
    return took


@contextlib.asynccontextmanager
async def _calling(job: Job) -> AsyncIterator[list[Ask]]:
    """Callers over one channel. Messages stay bytes: what is measured is the server."""
    metadata = tuple(map(tuple, job["metadata"]))
    job["requests"] = [base64.b64decode(each) for each in job["requests"]]
    async with grpc.aio.insecure_channel(job["address"], options=CHANNEL_OPTIONS) as channel:
        method: Any = channel.unary_unary(f"/{job['method']}")

        async def ask(request: bytes) -> None:
            await method(request, metadata=metadata)

        yield [ask] * job["callers"]


@contextlib.asynccontextmanager
async def _selecting(job: Job) -> AsyncIterator[list[Ask]]:
    """Callers with a connection each."""
    async with contextlib.AsyncExitStack() as connections:
        yield [await _selector(job, connections) for _ in range(job["callers"])]


async def _selector(job: Job, connections: contextlib.AsyncExitStack) -> Ask:
    connection = await psycopg.AsyncConnection.connect(job["dsn"], autocommit=True)
    await connections.enter_async_context(connection)

    async def ask(parameters: dict[str, Any]) -> None:
        cursor = await connection.execute(job["statement"], parameters)
        await cursor.fetchall()

    return ask


if __name__ == "__main__":
    child.serve(work)
