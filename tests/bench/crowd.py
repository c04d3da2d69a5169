"""A load generator: sessions that watch and are left in peace, and how large the gateway grows with them.

The job names the gateway (`reading`), its `pid`, and `steps`, each the pages that come in addition; it looks
`settle` seconds after each.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from tests.bench import child
from tests.bench.pages import Crowd, Page

_PAGE = os.sysconf("SC_PAGE_SIZE")


async def work(job: dict[str, Any]) -> list[int]:
    """Bytes in memory: before, and after each step."""
    crowds, found = [], [resident(job["pid"])]
    try:
        for pages in job["steps"]:
            crowd = Crowd(job["reading"], pages, _ignore)
            crowds.append(crowd)
            await crowd.start()
            await asyncio.sleep(job["settle"])
            found.append(resident(job["pid"]))
    finally:
        for crowd in crowds:
            crowd.abort()
    return found


def resident(pid: int) -> int:
    """Bytes a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def _ignore(page: Page, text: bytes, at: float) -> None:
    """Nobody changes anything."""


if __name__ == "__main__":
    child.serve(work)
