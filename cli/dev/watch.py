"""Waiting for a file to say something, by inotify: a signal from the kernel instead of a sleep."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

_Found = TypeVar("_Found")

# From <sys/inotify.h>: written, closed after writing, renamed into place, created.
_INTERESTING = 0x00000002 | 0x00000008 | 0x00000080 | 0x00000100
# Some network file systems never report; look again by ourselves this often, in seconds.
_LOOK_AGAIN = 0.5

_libc = ctypes.CDLL(None, use_errno=True)


class FolderWatch:
    """Wakes whoever waits when something in one folder is written; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changed = asyncio.Event()
        self._fd = -1

    def __enter__(self) -> FolderWatch:
        self._fd = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._fd < 0 or _libc.inotify_add_watch(self._fd, os.fsencode(self._folder), _INTERESTING) < 0:
            raise OSError(ctypes.get_errno(), f"cannot watch {self._folder}")
        asyncio.get_running_loop().add_reader(self._fd, self._on_event)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._fd)
        os.close(self._fd)

    def _on_event(self) -> None:
        os.read(self._fd, 65536)
        self._changed.set()

    async def until(self, look: Callable[[], _Found | None]) -> _Found:
        """Return the first answer of `look` that is not None, asking again on each change of the folder."""
        while True:
            self._changed.clear()
            found = look()
            if found is not None:
                return found
            try:
                await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN)
            except TimeoutError:
                continue
