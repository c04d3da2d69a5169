"""A gRPC error as a person reads it: code and reason, the message, and what was wrong with which field."""

import re
from collections.abc import Iterator, Mapping

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from cli import details
from cli.errors import CommandError
from runtime.status import CODES, DETAILS_KEY, error_info

KNOWN: tuple[type[Message], ...] = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.RetryInfo,
)
HINTS = {
    StatusCode.UNAUTHENTICATED: "say who you are: `--user alice`, `--token TOKEN` or ALBERTPLUS_TOKEN",
    StatusCode.UNAVAILABLE: "is it running? `albertplus dev` starts everything",
}
REASON_HINTS = {"TIME_CONFLICT": 'with `"force": true` in the request it is done all the same'}


def refused(status: status_pb2.Status) -> CommandError:
    """The error that ends a command because the server refused."""
    code = CODES.get(status.code, StatusCode.UNKNOWN)
    info = error_info(status)
    hint = (REASON_HINTS.get(info.reason) if info else None) or HINTS.get(code, "")
    return CommandError(_headline(status), details="\n".join(_detail_lines(status)), hint=hint)


def _headline(status: status_pb2.Status) -> str:
    """One line; where several fields are wrong, their lines follow."""
    if len(list(_violations(status))) > 1:
        return one_line(status_pb2.Status(code=status.code, message="these fields are wrong"))
    return one_line(status)


def status_of_error(error: grpc.RpcError) -> status_pb2.Status:
    """The rich status of a failed call, or what is known of it when the server sent none."""
    if not isinstance(error, grpc.Call | grpc.aio.AioRpcError):
        return status_pb2.Status(code=StatusCode.UNKNOWN.value[0], message=str(error))
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            return status_pb2.Status.FromString(value)
    return status_pb2.Status(code=error.code().value[0], message=error.details() or "")


def one_line(status: status_pb2.Status) -> str:
    """``NOT_FOUND COURSE_NOT_FOUND: No course has this code.``"""
    code = CODES.get(status.code, StatusCode.UNKNOWN).name
    info = error_info(status)
    if info is None or info.reason == code:
        return f"{code}: {status.message}"
    return f"{code} {info.reason}: {status.message}"


def as_json(status: status_pb2.Status) -> dict[str, object]:
    """The same for programs: code, reason, message, metadata, violations."""
    info = error_info(status)
    found: dict[str, object] = {
        "code": CODES.get(status.code, StatusCode.UNKNOWN).name,
        "message": status.message,
    }
    if info is not None:
        found |= {"reason": info.reason, "metadata": dict(info.metadata)}
    violations = [{"field": each.field, "description": each.description} for each in _violations(status)]
    return found | ({"violations": violations} if violations else {})


def _detail_lines(status: status_pb2.Status) -> Iterator[str]:
    """What the message does not say already: which field, of what, when to try again."""
    others = [detail for detail in status.details if not any(detail.Is(kind.DESCRIPTOR) for kind in KNOWN)]
    info = error_info(status)
    if info and not others and not any(_violations(status)):  # else they say the same, and more
        yield from _unsaid(status.message, info.metadata)
    violations = list(_violations(status))
    for each in violations:
        if len(violations) > 1 or each.description not in status.message:
            yield f"field {each.field or '(request)'}: {each.description}"
        elif each.field not in status.message:
            yield f"field {each.field}"
    for detail in status.details:
        if detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            retry = error_details_pb2.RetryInfo.FromString(detail.value)
            yield f"try again after {retry.retry_delay.ToJsonString()}"
    for detail in others:
        yield from details.lines(detail)


def _unsaid(message: str, metadata: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(metadata.items()):
        if not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", message):
            yield f"{name}: {value}"


def _violations(status: status_pb2.Status) -> Iterator[error_details_pb2.BadRequest.FieldViolation]:
    for detail in status.details:
        if detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            yield from error_details_pb2.BadRequest.FromString(detail.value).field_violations
