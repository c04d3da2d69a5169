"""A child process whose life is tied to ours: when this process dies, however it dies, the child does too."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from cli.errors import CommandError

_Answer = TypeVar("_Answer")

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class ChildProcess:
    """One started program: its log file, its readiness, its end.

    Start it from the main thread only: the kernel's "your parent died" signal fires when the *thread* that
    forked ends.
    """

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path, stop_signal: int) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._stop_signal = stop_signal

    @classmethod
    async def spawn(
        cls,
        name: str,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        stop_signal: int = signal.SIGTERM,
    ) -> ChildProcess:
        """Start `argv` with its output appended to `log`; `stop_signal` ends it, ours or on our death.

        The child gets a session of its own, so that Ctrl-C in the terminal reaches only the supervisor, which
        then stops everything in order.
        """
        parent = os.getpid()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=None if env is None else dict(env),
                start_new_session=True,
                preexec_fn=lambda: die_with(parent, stop_signal),
            )
        return cls(name, process, log, stop_signal)

    @property
    def pid(self) -> int:
        """Process id of the program."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return await self._process.wait()

    async def ready(self, ready: Awaitable[_Answer], *, timeout: float) -> _Answer:
        """Return what `ready` answers; refuse with the end of the log if it exits or takes too long."""
        waiting = asyncio.ensure_future(ready)
        exited = asyncio.ensure_future(self.wait())
        try:
            await asyncio.wait({waiting, exited}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            if exited.done():
                raise self._failure(f"{self.name} stopped while starting, with exit code {exited.result()}")
            raise self._failure(f"{self.name} was not ready within {timeout:.0f} s")
        finally:
            await _cancel(waiting, exited)

    async def stop(self, *, grace: float = 10.0) -> int:
        """Ask it to stop, kill it after `grace` seconds, and return its exit code."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self._stop_signal)
        try:
            return await asyncio.wait_for(self._process.wait(), grace)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            return await self._process.wait()

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def _failure(self, message: str) -> CommandError:
        return CommandError(message, hint=f"its log is {self.log}", details=log_tail(self.log))


def log_tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error message; empty when there is none."""
    try:
        text = log.read_bytes()[-16384:].decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def die_with(parent: int, stop_signal: int) -> None:
    """Run in the child between fork and exec: ask the kernel for a signal at the parent's death."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


async def _cancel(*futures: asyncio.Future[Any]) -> None:
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)
