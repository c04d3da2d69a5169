"""PostgreSQL and NATS with a past: they come back from a crash with an older state, or with none."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from cli.dev.nats import Nats
from cli.dev.postgres import Postgres
from tests.support.processes import gone

DISK = 512 << 20
_SMALL = {"max_wal_size": "96MB", "min_wal_size": "32MB", "wal_keep_size": "0"}


class CrashingPostgres(Postgres):
    """Crashes as a machine does, and can be put back to how it was at an earlier crash."""

    def __init__(self, folder: Path, *, log: Path, port: int, copy: Path) -> None:
        """`copy` is where the older state is kept."""
        super().__init__(folder, log=log, port=port, settings=_SMALL)
        self._copy = copy
        self._at_next_start = ""
        self.disk_can_fill = False

    def mount_small_disk(self) -> None:
        """Puts the data on a small disk of its own, where that is allowed."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [
            "mount",
            "-t",
            "tmpfs",
            "-o",
            f"size={DISK},mode=700",
            "albertplus-chaos",
            str(self._folder),
        ]
        self.disk_can_fill = os.geteuid() == 0 and _ran(command)

    def unmount(self) -> None:
        """The opposite."""
        if self.disk_can_fill:
            _ran(["umount", "--lazy", str(self._folder)])

    def crash(self, and_then: str = "") -> None:
        """Kills all its processes. At the next start its state is kept (`copy`) or put back (`restore`)."""
        self._at_next_start = and_then
        for pid in (self.process.pid, *_children(self.process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def start(self) -> None:
        """As the supervisor does, after what was asked for."""
        if (what := self._at_next_start) and self._process is not None:
            await gone([self.process.pid], seconds=5)
            source, target = (self._data, self._copy) if what == "copy" else (self._copy, self._data)
            await asyncio.to_thread(_replace, source, target)
            self._at_next_start = ""
        await super().start()

    async def fill_disk(self, seconds: float) -> None:
        """Leaves no room on its disk for so long."""
        ballast = self._folder / "ballast"
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                await asyncio.to_thread(_fill, ballast)
                await asyncio.sleep(0.05)
        finally:
            ballast.unlink(missing_ok=True)


class ForgetfulNats(Nats):
    """Can lose all its streams in a crash."""

    forgets = False

    async def start(self) -> None:
        """As the supervisor does."""
        if self.forgets:
            await asyncio.to_thread(shutil.rmtree, self._folder / "store", ignore_errors=True)
            self.forgets = False
        await super().start()


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _replace(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(target)], check=True)  # noqa: S607


def _fill(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("ab", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while ballast.write(b"\0" * size) == size:
                    pass


def _ran(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
