"""From a refusal to gRPC's rich error status, and back for clients."""

from __future__ import annotations

from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from runtime.refusal import Refusal

DETAILS_KEY = "grpc-status-details-bin"
DOMAIN = "albertplus"
CODES = {code.value[0]: code for code in StatusCode}


def status_of(refusal: Refusal, process: str) -> status_pb2.Status:
    """The google.rpc.Status of `refusal` by `process`: ErrorInfo, and BadRequest and RetryInfo where true."""
    details: list[Message] = [
        error_details_pb2.ErrorInfo(
            reason=refusal.reason(), domain=f"{process}.{DOMAIN}", metadata=refusal.metadata()
        )
    ]
    violations = [
        error_details_pb2.BadRequest.FieldViolation(field=each.field, description=each.rule)
        for each in refusal.violations()
    ]
    if violations:
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if refusal.retry_after is not None:
        delay = Duration()
        delay.FromNanoseconds(int(refusal.retry_after * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    details.extend(refusal.details())
    return status(refusal.code, refusal.message(), details)


def internal(request_id: str, process: str) -> status_pb2.Status:
    """What a caller is told about a defect of ours: nothing but an id to find it in the logs."""
    info = error_details_pb2.ErrorInfo(
        reason="INTERNAL", domain=f"{process}.{DOMAIN}", metadata={"request_id": request_id}
    )
    return status(StatusCode.INTERNAL, "Internal error; it has been logged under the request id.", [info])


def status(code: StatusCode, message: str, details: list[Message]) -> status_pb2.Status:
    """A google.rpc.Status with packed details."""
    found = status_pb2.Status(code=code.value[0], message=message)
    for detail in details:
        packed = Any()
        packed.Pack(detail)
        found.details.append(packed)
    return found


def error_info(found: status_pb2.Status) -> error_details_pb2.ErrorInfo | None:
    """The ErrorInfo of a status, if it carries one."""
    info = error_details_pb2.ErrorInfo()
    for detail in found.details:
        if detail.Is(info.DESCRIPTOR):
            detail.Unpack(info)
            return info
    return None
