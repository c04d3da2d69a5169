"""A load generator: the steps from a commit to an update, each made alone, one at a time.

The job names the database (`dsn`), the section that is updated (`class_number`), the `empty` server, how many
`subscribers` its stream has, and how `often` each step is made.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import grpc
import psycopg

from runtime.client import CHANNEL_OPTIONS
from tests.bench import child
from tests.bench.figures import spread

STREAMS = "albertplus.bench.Streams"
_UPDATE = """
begin isolation level serializable;
update offerings set waitlist_count = waitlist_count + 1, update_time = now() where class_number = {};
commit
"""


async def work(job: dict[str, Any]) -> dict[str, Any]:
    """p50 and p99 of a commit and of a message to all subscribers, in milliseconds."""
    return {
        "commit": spread(await _commits(job["dsn"], int(job["class_number"]), job["often"])),
        **{
            f"send-{count}": spread(await _sends(job["empty"], count, job["often"]))
            for count in job["subscribers"]
        },
    }


async def _commits(dsn: str, class_number: int, often: int) -> list[float]:
    """SERIALIZABLE, with the table's triggers, as one message."""
    took = []
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        for _ in range(often):
            began = time.perf_counter()
            await connection.execute(_UPDATE.format(class_number).encode(), prepare=False)
            took.append(time.perf_counter() - began)
    return took


async def _sends(address: str, subscribers: int, often: int) -> list[float]:
    """From the moment the server sends until the last subscriber has it."""
    async with grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS) as channel:
        watch: Any = channel.unary_stream(f"/{STREAMS}/Watch")
        send: Any = channel.unary_unary(f"/{STREAMS}/Send")
        streams = [watch(b"") for _ in range(subscribers)]
        await asyncio.gather(*(stream.read() for stream in streams))
        took = [await _send(send, streams) for _ in range(often)]
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*(stream.code() for stream in streams))
    return took


async def _send(send: Any, streams: list[Any]) -> float:
    asking = asyncio.ensure_future(send(b""))
    sent = await asyncio.gather(*map(_read, streams))
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    return max(received - began for began, received in sent)


async def _read(stream: Any) -> tuple[float, float]:
    message = await stream.read()
    return int.from_bytes(message[:8], "big") / 1e9, time.monotonic()


if __name__ == "__main__":
    child.serve(work)
