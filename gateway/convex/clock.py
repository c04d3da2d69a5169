"""Timestamps of the Convex protocol: nanoseconds that only ever grow, for each of our clients at least."""

from __future__ import annotations

import time
from base64 import b64decode
from binascii import Error as NotBase64
from binascii import b2a_base64
from collections.abc import Callable

LATEST = 2**63 - 1
MAX_AHEAD = 300 * 10**9
"""How far clocks of our own machines may differ: what is further ahead was never a timestamp of ours."""


class Clock:
    """One per process. Its timestamps grow strictly, also when the machine's clock is set back.

    Other gateways have clocks of their own: a client that comes from one brings the largest timestamp it
    has seen, and gets only larger ones (`floor`). That timestamp stays the client's: it cannot move others'.
    """

    def __init__(self, wall: Callable[[], int] = time.time_ns) -> None:
        """`wall` tells the time in nanoseconds since 1970."""
        self._wall = wall
        self._last = 0

    def now(self) -> int:
        """The time in nanoseconds since 1970."""
        return self._wall()

    def tick(self, floor: int = 0) -> int:
        """A timestamp larger than all before, and than `floor`."""
        self._last = max(self._wall(), self._last + 1)
        return max(self._last, floor + 1)

    def is_believable(self, timestamp: int) -> bool:
        """Whether some gateway of ours may have given out this timestamp."""
        return timestamp <= max(self._wall(), self._last) + MAX_AHEAD


def to_wire(timestamp: int) -> str:
    """The timestamp as text: base64 of eight bytes, the lowest first.

    >>> to_wire(0)
    'AAAAAAAAAAA='
    """
    return b2a_base64(timestamp.to_bytes(8, "little"), newline=False).decode()


def from_wire(text: object) -> int:
    """The timestamp in a text. Raises ValueError."""
    try:
        raw = b64decode(text, validate=True) if isinstance(text, str) else b""
    except NotBase64 as error:
        raise ValueError("a timestamp is base64") from error
    timestamp = int.from_bytes(raw, "little")
    if len(raw) != 8 or timestamp > LATEST:
        raise ValueError("a timestamp is eight bytes, and no more than 2**63 - 1")
    return timestamp
