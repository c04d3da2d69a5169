"""Ending a gRPC call with a rich error."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
from google.rpc import status_pb2

from runtime.refusal import Refusal
from runtime.status import CODES, DETAILS_KEY, status_of

PROCESS = "gateway"

Context = grpc.aio.ServicerContext[Any, Any]


def refusal_status(refusal: Refusal) -> status_pb2.Status:
    """The status of something the gateway itself refuses."""
    return status_of(refusal, PROCESS)


async def abort(context: Context, status: status_pb2.Status) -> NoReturn:
    """Ends the call with this status and all its details."""
    code = CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    await context.abort(code, status.message, ((DETAILS_KEY, status.SerializeToString()),))
    raise AssertionError  # abort has raised


def authorization(context: Context) -> str | None:
    """The `authorization` metadata of a call."""
    value = dict(context.invocation_metadata() or ()).get("authorization")
    return value.decode() if isinstance(value, bytes) else value
