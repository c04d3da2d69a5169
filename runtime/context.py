"""The call being handled: who calls, until when, and what it has read so far."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass, field

from runtime.auth import Principal
from runtime.reads import Reads


@dataclass(slots=True)
class Call:
    """One RPC on its way through a process. Set by the server's interceptor, read by the data layer."""

    method: str
    """The full name, ``albertplus.catalog.v1.CourseService/GetCourse``."""
    caller: Principal
    """Who calls; code that answers differently for different callers asks for `principal` instead."""
    request_id: str
    deadline: float
    """When the caller stops waiting, on `time.monotonic()`'s clock."""
    process: str = ""
    """Through which process they call."""
    assertion: str = field(default="", repr=False)
    """The assertion that says so, to be passed on when this process calls others for the same caller."""
    recorded: bool = False
    """Whether it goes into the audit log."""
    idempotency_key: str | None = None
    reads: Reads = field(default_factory=Reads)
    writes: bytes | None = None
    """The serialised write set of the mutation, once it has been committed."""

    @property
    def principal(self) -> Principal:
        """Who calls. Looking marks the result as personal, so that it is never shared."""
        self.reads.personal = True
        return self.caller

    def time_left(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.deadline - time.monotonic())


_current: ContextVar[Call] = ContextVar("call")


def current_call() -> Call:
    """The call being handled. Raises LookupError outside of one: reads must not go unrecorded."""
    return _current.get()


def enter(call: Call) -> None:
    """Makes `call` the current one of this task. gRPC runs each RPC in a task of its own."""
    _current.set(call)
