"""One of our own processes as a child: `albertplus run NAME`, which says in a file when it is ready."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cli.dev.files import private_folder
from cli.dev.process import ChildProcess
from cli.dev.watch import FolderWatch

_START_SECONDS = 60.0
# What our own children take over from the caller's environment; the rest of ALBERTPLUS_* is ours to say.
_PASSED_ON = {"ALBERTPLUS_LOG_LEVEL", "ALBERTPLUS_LOG_FORMAT"}


class Server(Protocol):
    """Anything the supervisor keeps running: PostgreSQL, NATS, or one of our own processes."""

    @property
    def process(self) -> ChildProcess:
        """The child, once started."""

    async def start(self) -> None:
        """Start it and return when it is ready; refuse (CommandError) when it doesn't get there."""

    async def stop(self) -> None:
        """Stop it cleanly and return when it is gone."""

    def kill(self) -> None:
        """End it at once, if it runs."""


@dataclass
class Program:
    """One replica of one of our processes. `command` is the word after `run`, `settings` its environment."""

    name: str
    command: str
    settings: Mapping[str, str]
    log: Path
    ready_folder: Path
    module: tuple[str, ...] = ("cli.main", "run")
    """What Python runs, before the command."""
    _process: ChildProcess | None = None

    @property
    def process(self) -> ChildProcess:
        """The child, once started."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process

    async def start(self) -> None:
        """Start it and return when its ready file is there."""
        private_folder(self.ready_folder)
        ready_file = self.ready_folder / f"{self.name}.json"
        ready_file.unlink(missing_ok=True)
        environment = {**_inherited(), **self.settings, "ALBERTPLUS_READY_FILE": str(ready_file)}
        with FolderWatch(self.ready_folder) as watch:
            command = [sys.executable, "-m", *self.module, self.command]
            self._process = await ChildProcess.spawn(self.name, command, log=self.log, env=environment)
            await self._process.ready(watch.until(lambda: _content(ready_file)), timeout=_START_SECONDS)

    async def stop(self) -> None:
        """Ask it to drain and end."""
        if self._process is not None:
            await self._process.stop(grace=15.0)

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None:
            self._process.kill()


def _inherited() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or not name.startswith(("ALBERTPLUS_", "CLERK_"))
    }


def _content(ready_file: Path) -> object | None:
    """What the file says, or None while it is absent or half written."""
    try:
        content: object = json.loads(ready_file.read_text())
    except (OSError, ValueError):
        return None
    return content
