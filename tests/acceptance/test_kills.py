"""Gateways and services that are killed in the middle of mutations, with the real npm client."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.dev.supervise import keep_running
from tests.acceptance.conftest import Systems
from tests.acceptance.nodejs import needs_node
from tests.acceptance.students import classroom
from tests.acceptance.system import AcceptanceSystem

COUNT = 30
TABS = (False, False, True)
"""Whether each tab sends all it has to send at once."""
CHANNEL = "kills"


@needs_node
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("replicas", "victims"),
    [
        (1, ["gateway", "gateway"]),
        (1, ["acceptance", "NATS", "acceptance", "PostgreSQL"]),
        (2, ["gateway", "acceptance", "gateway-2", "acceptance-2"]),
    ],
)
async def test_every_mutation_happens_once(
    replicas: int, victims: list[str], tmp_path: Path, running_system: Systems
) -> None:
    async with (
        running_system(replicas) as system,
        supervised(system) as supervisor,
        classroom(tmp_path / "room") as room,
    ):
        url = f"http://127.0.0.1:{system.port}"
        common: dict[str, Any] = {"url": url, "channel": CHANNEL, "count": COUNT, "delayMs": 50}
        tabs = [
            await room.student(name=f"tab{at}-", parallel=parallel, **common)
            for at, parallel in enumerate(TABS)
        ]
        for tab in tabs:
            await tab.ready()
        for victim in victims:
            await supervisor.murder(victim)
        reports = [await tab.report() for tab in tabs]
        assert [report["problems"] for report in reports] == [[] for _ in TABS]
        wanted = [f"tab{tab}-{at}" for tab in range(len(TABS)) for at in range(COUNT)]
        stored = await _stored(url)
    assert sorted(stored) == sorted(wanted)
    for number in range(len(TABS)):
        own = [body for body in stored if body.startswith(f"tab{number}-")]
        assert own == [body for body in wanted if body in own], "in the order they were sent"


class Supervisor:
    """Kills processes of a system that starts them again."""

    def __init__(self, system: AcceptanceSystem) -> None:
        self._system = system
        self._said: asyncio.Queue[str] = asyncio.Queue()

    def say(self, text: str) -> None:
        """Hears what the system's own supervisor has to say."""
        self._said.put_nowait(text)

    async def murder(self, name: str) -> None:
        """Kills it, without a chance to say anything, and returns when it runs again."""
        (victim,) = (each.process for each in self._system.servers if each.process.name == name)
        # PostgreSQL leaves shared memory behind when it is killed; SIGQUIT is its own way to crash.
        os.kill(victim.pid, signal.SIGQUIT if name == "PostgreSQL" else signal.SIGKILL)
        async with asyncio.timeout(60):
            while f"{name} runs again" not in await self._said.get():
                pass


@contextlib.asynccontextmanager
async def supervised(system: AcceptanceSystem) -> AsyncIterator[Supervisor]:
    """What stops by itself is started again."""
    supervisor = Supervisor(system)
    task = asyncio.create_task(keep_running(system.servers, supervisor.say))
    try:
        yield supervisor
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _stored(url: str) -> list[str]:
    """What is in the channel in the end."""
    body = {"path": "acceptance:list", "args": {"channel": CHANNEL}, "format": "json"}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = (await http.post(f"{url}/api/query", json=body)).json()
    return [row["body"] for row in answer["value"]]
