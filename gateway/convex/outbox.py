"""What waits to be written to one client, in order."""

from __future__ import annotations

from collections import deque
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
    """A queue that ends. The core bounds its Steps to two, the session everything else."""

    def __init__(self, stirred: Callable[[], None]) -> None:
        """`stirred` is called whenever there is something to take."""
        self._waiting: deque[Item] = deque()
        self._stirred = stirred
        self.is_over = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, item: Item) -> None:
        """Adds what is to be written, unless the end has been added already."""
        if self.is_over:
            return
        self.is_over = isinstance(item, End)
        self._waiting.append(item)
        self._stirred()

    def first(self) -> Item | None:
        """What is to be written next; None while nothing waits."""
        return self._waiting[0] if self._waiting else None

    def take(self) -> Item | None:
        """Removes the first one."""
        return self._waiting.popleft() if self._waiting else None
