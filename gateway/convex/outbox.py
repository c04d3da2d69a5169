"""What waits to be written to one client, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(slots=True)
class Frame:
    """A message."""

    json: bytes


@dataclass(slots=True)
class Step:
    """A Transition, written when its turn comes; the core wants to know when it has left."""

    write: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class End:
    """Close the connection; nothing comes after it."""

    code: int
    reason: str = ""


Item: TypeAlias = Frame | Step | End


class Outbox:
    """A queue that ends, of what could not be written at once.

    The core bounds its Steps to two, the session everything else.
    """

    def __init__(self, write_now: Callable[[Item], bool], stirred: Callable[[], None]) -> None:
        """`write_now` writes something and is true, unless it has to wait; then `stirred` is called."""
        self._waiting: list[Item] = []  # an empty deque takes ten times as much memory
        self._write_now = write_now
        self._stirred = stirred
        self.is_over = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, item: Item) -> None:
        """Writes this, or keeps it to be written, unless the end has been put already."""
        if self.is_over:
            return
        self.is_over = isinstance(item, End)
        if not self._waiting and self._write_now(item):
            return
        self._waiting.append(item)
        self._stirred()

    def first(self) -> Item | None:
        """What is to be written next; None while nothing waits."""
        return self._waiting[0] if self._waiting else None

    def take(self) -> Item | None:
        """Removes the first one."""
        return self._waiting.pop(0) if self._waiting else None
