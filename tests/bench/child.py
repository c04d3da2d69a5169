"""Load generators are processes of their own, so that what they use of the processor is theirs.

A parent gives each a job as JSON and reads what it measured; the child's side is `serve`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

_PATIENCE = 240.0


class MeasurementFailed(Exception):
    """A load generator broke off; the message is what it said."""


async def ask(module: str, job: Any) -> Any:
    """What `python -m module` answers to a job. Raises MeasurementFailed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            answer, said = await process.communicate(json.dumps(job).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise MeasurementFailed(f"{module} ended with {process.returncode}:\n{said.decode()[-3000:]}")
    return json.loads(answer)


def serve(work: Callable[[Any], Awaitable[Any]]) -> None:
    """The child's side: one job from standard input, its answer to standard output."""

    async def answer() -> Any:
        return await work(json.load(sys.stdin))

    json.dump(uvloop.run(answer()), sys.stdout)
