"""What an earlier run may have left in the data folder: a server that still stops, or a stale pid file."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

from cli.errors import CommandError

_STOP_SECONDS = 30.0


async def end_leftover_server(data: Path) -> None:
    """Make sure no server runs on `data` and no pid file claims so.

    A supervisor that was killed takes its server with it, but the server needs a moment; and after a reboot
    the number in the pid file may belong to any program, which PostgreSQL itself can't tell apart.
    """
    pid_file = data / "postmaster.pid"
    pid = _recorded_pid(pid_file)
    if pid is None:
        return
    if _is_server_of(pid, data):
        await _end(pid)
    pid_file.unlink(missing_ok=True)


def _recorded_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[0].endswith(b"postgres") and os.fsencode(data) in words


async def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(handle, signal.SIGINT)
            await _ended(handle, pid)
        finally:
            os.close(handle)


async def _ended(handle: int, pid: int) -> None:
    """Wait until the process behind the pidfd is gone: it becomes readable then."""
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, gone.set)
    try:
        await asyncio.wait_for(gone.wait(), _STOP_SECONDS)
    except TimeoutError as error:
        message = f"the PostgreSQL of an earlier run (process {pid}) does not stop"
        raise CommandError(message, hint=f"end it yourself: kill -9 {pid}") from error
    finally:
        loop.remove_reader(handle)
