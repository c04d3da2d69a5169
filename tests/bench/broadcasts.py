"""A load generator: listeners of the server that only sends (`tests.bench.broadcast`), at `address`.

The job names the `text` that is sent, and `orders`: how many listeners, how many times in a row, how often.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.bench import child
from tests.bench.broadcast import CONTROL, LISTEN
from tests.bench.figures import percentile, spread
from tests.bench.pacing import Audience
from tests.bench.sockets import Socket, open_socket


class Listeners:
    """All who are connected, and the one who says when to send."""

    def __init__(self) -> None:
        self._sockets: list[Socket] = []
        self._answers: asyncio.Queue[dict[str, float]] = asyncio.Queue()
        self._audience = Audience(0)

    async def connect(self, address: str, count: int) -> None:
        """Returns when the server knows all of them."""
        self._audience = Audience(count)
        opening = (open_socket(address, LISTEN, self._heard, _lost) for _ in range(count))
        self._sockets = await asyncio.gather(*opening)
        await self._audience.complete()
        self._control = await open_socket(address, CONTROL, self._answered, _lost)

    async def send(self, text: str, times: int) -> tuple[float, float]:
        """Has it sent; how long it took to reach the last, and what the server used of the processor."""
        self._audience = Audience(times * len(self._sockets))
        self._control.say([json.dumps({"text": text, "times": times}).encode()])
        await self._audience.complete()
        answer = await self._answers.get()
        return self._audience.last - answer["began"], answer["cpu"]

    def abort(self) -> None:
        """Ends all of them."""
        for socket in (*self._sockets, self._control):
            socket.abort()

    def _heard(self, text: bytes, at: float) -> None:
        self._audience.heard(at)

    def _answered(self, text: bytes, at: float) -> None:
        self._answers.put_nowait(json.loads(text))


async def work(job: dict[str, Any]) -> dict[str, Any]:
    """By the number of listeners and of texts in a row, such as ``1000x20``."""
    return {
        f"{listeners}x{times}": await _measure(job, listeners, times, often)
        for listeners, times, often in job["orders"]
    }


async def _measure(job: dict[str, Any], count: int, times: int, often: int) -> dict[str, float]:
    listeners = Listeners()
    await listeners.connect(job["address"], count)
    await listeners.send(job["text"], times)
    found = [await listeners.send(job["text"], times) for _ in range(often)]
    listeners.abort()
    took, used = [seconds for seconds, _ in found], sum(cpu for _, cpu in found)
    deliveries = count * times
    return {
        **spread(took),
        "rate": deliveries / percentile(took, 50),
        "cpu": used / (deliveries * often),
    }


def _lost(why: str) -> None:
    raise ConnectionError(why)


if __name__ == "__main__":
    child.serve(work)
