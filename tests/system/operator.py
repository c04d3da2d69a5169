"""What a person does at the command line, against a running system."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.support.dev import ROOT, Dev

_SECONDS = 90.0


class Finished(Exception):
    """A command ended with an exit code other than the one expected."""


class Operator:
    """Runs `albertplus` commands against one system."""

    def __init__(self, dev: Dev) -> None:
        self.dev = dev
        self._environment = {**os.environ, "ALBERTPLUS_HOME": str(dev.home), "COLUMNS": "120"}

    async def albertplus(self, *arguments: str, expect: int = 0) -> str:
        """Runs one command and answers what it wrote to stdout."""
        process = await self._start(*arguments)
        async with asyncio.timeout(_SECONDS):
            out, err = await process.communicate()
        if process.returncode != expect:
            raise Finished(f"{arguments} ended with {process.returncode}:\n{out.decode()}\n{err.decode()}")
        return out.decode()

    async def call(self, method: str, request: dict[str, Any], user: str) -> dict[str, Any]:
        """Calls an RPC as a user."""
        answer: dict[str, Any] = json.loads(
            await self.albertplus("call", method, json.dumps(request), "--user", user)
        )
        return answer

    async def load(self, *files: Path) -> Counter[str]:
        """Imports files and answers what became of their rows, over all kinds."""
        summary = json.loads(await self.albertplus("import", "--json", *map(str, files)))
        total: Counter[str] = Counter()
        for tally in summary["kinds"].values():
            total.update(tally)
        return total

    @contextlib.asynccontextmanager
    async def watching(self, method: str, request: dict[str, Any], user: str) -> AsyncIterator[Watcher]:
        """Follows a query through the second gateway while the block runs."""
        address = self.dev.run["gateways"][1]["grpc"]
        process = await self._start(
            "watch", method, json.dumps(request), "--user", user, "--gateway", address, "--json"
        )
        try:
            yield Watcher(process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()

    async def _start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli.main", *arguments),
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=2**22,
        )

    def second_gateway_counts(self) -> dict[str, float]:
        """How many live queries the second gateway has run, and how many updates it has sent."""
        text = httpx.get(f"{self.dev.run['gateways'][1]['http']}/metrics").text
        return {name: _sum(text, f"albertplus_gateway_{name}_total") for name in ("runs", "updates")}

    def catalog_writes(self) -> tuple[int, int]:
        """How many changes of the catalog's data were told, and the newest writer of an offering."""
        with psycopg.connect(self.dev.run["databases"]["catalog"]) as connection:
            row = connection.execute(
                """select count(*), (select max(o.xmin::text::bigint) from offerings o)
                   from (select keys from outbox union all select keys from changelog) told
                   where exists (select from unnest(keys) key where key not like 'catalog.audit%')"""
            ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


def _sum(metrics: str, name: str) -> float:
    """A counter's value, added up over its labels."""
    lines = [line for line in metrics.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


class Watcher:
    """A `watch` that runs, one JSON result a line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def next(self) -> dict[str, Any]:
        """The next result it prints."""
        assert self._process.stdout
        async with asyncio.timeout(_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            assert self._process.stderr
            raise Finished((await self._process.stderr.read()).decode())
        result: dict[str, Any] = json.loads(line)
        return result
