"""Pages of an application, with the real npm client: `programs/student.mjs` as child processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.acceptance.nodejs import workspace

_PROGRAM = Path(__file__).parent / "programs" / "student.mjs"


class Student:
    """One running page."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ready(self) -> None:
        """Return when it has its first result."""
        assert (await self._said())["ready"]

    async def report(self, seconds: float = 90) -> dict[str, Any]:
        """What it has seen, once it is done."""
        async with asyncio.timeout(seconds):
            return await self._said()

    async def _said(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "it ended without a word"
        said: dict[str, Any] = json.loads(line)
        return said

    async def end(self) -> None:
        """End it, whatever it does."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()


class Classroom:
    """Starts students; ends them all."""

    def __init__(self, folder: Path, version: str = "newest") -> None:
        self._folder = workspace(folder, version, _PROGRAM)
        self._students: list[Student] = []

    async def student(self, **options: Any) -> Student:
        """Start one with these options of the program."""
        process = await asyncio.create_subprocess_exec(
            *("node", _PROGRAM.name, json.dumps(options)),
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        )
        student = Student(process)
        self._students.append(student)
        return student

    async def close(self) -> None:
        """End all of them."""
        for student in self._students:
            await student.end()


@contextlib.asynccontextmanager
async def classroom(folder: Path, version: str = "newest") -> AsyncIterator[Classroom]:
    """A classroom that is empty again in the end."""
    room = Classroom(folder, version)
    try:
        yield room
    finally:
        await room.close()
