"""A whole `albertplus dev` as a child of a test: started, awaited by what it prints, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from cli.dev.process import die_with

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60.0


class Dev:
    """One `albertplus dev` with its home folder; `output` is all it has printed so far."""

    def __init__(self, process: asyncio.subprocess.Process, home: Path) -> None:
        self.process = process
        self.home = home
        self.output = ""

    @property
    def run(self) -> dict[str, Any]:
        """What its run.json says."""
        content: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return content

    async def says(self, text: str) -> None:
        """Return when it has printed `text`; fail if it ends or takes a minute before."""
        async with asyncio.timeout(_SECONDS):
            while text not in self.output:
                assert self.process.stdout
                line = await self.process.stdout.readline()
                assert line, f"it ended without saying {text!r}:\n{self.output}"
                self.output += line.decode()

    async def ends(self) -> int:
        """Wait for its end and return the exit code; what it still said is in `output`."""
        async with asyncio.timeout(_SECONDS):
            rest, _ = await self.process.communicate()
        self.output += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode

    def close_output(self) -> None:
        """Read nothing more: what it prints from now on is an error to it."""
        output = self.process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
        output.close()

    async def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return await self.ends()


@contextlib.asynccontextmanager
async def started(home: Path, *options: str, **environment: str) -> AsyncIterator[Dev]:
    """`albertplus dev --port 0` in `home`, with more options and variables; ended with the block."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ALBERTPLUS_")}
    parent = os.getpid()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "dev", "--port", "0", *options),
        cwd=ROOT,
        env={**variables, "ALBERTPLUS_HOME": str(home), "COLUMNS": "200", **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=lambda: die_with(parent, signal.SIGTERM),
    )
    dev = Dev(process, home)
    try:
        yield dev
    finally:
        if process.returncode is None:
            await dev.stop()


@contextlib.asynccontextmanager
async def ready(home: Path, *options: str, **environment: str) -> AsyncIterator[Dev]:
    """The same, once it is ready."""
    async with started(home, *options, **environment) as dev:
        await dev.says("AlbertPlus is ready")
        yield dev
