"""One RPC, tried again while that makes sense: the key makes sure that it takes effect once."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

from cli.importing.problems import ImportStopped
from cli.refusals import one_line, status_of_error

ATTEMPTS = 6
FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
TIMEOUT = 60.0

Metadata = tuple[tuple[str, str], ...]

_RETRYABLE = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}
_HINTS = {
    grpc.StatusCode.UNAUTHENTICATED: "sign in with --token or ALBERTPLUS_TOKEN",
    grpc.StatusCode.PERMISSION_DENIED: "importing needs an administrator's token",
    grpc.StatusCode.UNAVAILABLE: "is it running? `albertplus dev` starts everything",
    grpc.StatusCode.UNIMPLEMENTED: "the server is older than this command",
}


class Refused(Exception):
    """The server will not do it, however often it is asked."""

    def __init__(self, code: grpc.StatusCode, status: status_pb2.Status) -> None:
        self.code, self.status = code, status
        super().__init__(one_line(status))


async def call(method: Any, request: Any, metadata: Metadata) -> Any:
    """The response. Raises Refused when it is refused, ImportStopped when nobody answers in time."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await method(request, timeout=TIMEOUT, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            status = status_of_error(error)
            wait = _asked_to_wait(status)
            if error.code() not in _RETRYABLE and wait is None:
                raise Refused(error.code(), status) from error
            if attempt == ATTEMPTS:
                raise stopped(error.code(), status) from error
        await asyncio.sleep(wait if wait is not None else _delay(attempt))
    raise AssertionError("the last attempt returns or raises")


def stopped(code: grpc.StatusCode, status: status_pb2.Status) -> ImportStopped:
    """The end of the run, with what can be done about it."""
    return ImportStopped(one_line(status), _HINTS.get(code, ""))


def _asked_to_wait(status: status_pb2.Status) -> float | None:
    for detail in status.details:
        if detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            delay = error_details_pb2.RetryInfo.FromString(detail.value).retry_delay
            return min(float(delay.seconds + delay.nanos / 1e9), LONGEST_DELAY)
    return None


def _delay(attempt: int) -> float:
    """Doubles with each attempt; at random, so that batches that met don't meet again."""
    return min(FIRST_DELAY * 2.0 ** (attempt - 1), LONGEST_DELAY) * random.uniform(0.5, 1.0)  # noqa: S311
