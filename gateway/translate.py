"""Between the messages on the wire and the plain values of the live core."""

from __future__ import annotations

from collections.abc import Iterable

from albertplus.live.v1 import change_pb2, live_service_pb2, read_set_pb2
from google.rpc import status_pb2
from grpc import StatusCode

from gateway import resume
from gateway.errors import TooManyQueries
from gateway.live.messages import (
    Change,
    CoreError,
    QueryResult,
    ReadSet,
    RunResult,
    ServiceRead,
    WriteSet,
)
from gateway.live.snapshot import Snapshot
from gateway.replies import PROCESS, refusal_status
from gateway.upstream import Answer
from runtime.refusal import Unauthenticated
from runtime.status import error_info, internal

DATALESS = frozenset((StatusCode.INVALID_ARGUMENT.value[0], StatusCode.PERMISSION_DENIED.value[0]))
NOTHING_READ = ReadSet(())


def run_result(answer: Answer) -> RunResult:
    """What a run's answer means to the core."""
    if answer.error is None:
        payload = answer.response or b""
        return RunResult(payload, resume.digest(payload, ok=True), _reads(answer))
    digest = resume.digest(answer.error.SerializeToString(deterministic=True), ok=False)
    return RunResult(answer.error, digest, _reads(answer), error=True)


def mutation_result(answer: Answer) -> tuple[object, tuple[WriteSet, ...]]:
    """The outcome of a mutation as the core passes it on, and what it wrote."""
    outcome = answer.response if answer.error is None else answer.error
    return outcome, write_sets(answer.writes)


def defect() -> status_pb2.Status:
    """What clients are told when the gateway itself has failed."""
    return internal("", PROCESS)


def failed_run() -> RunResult:
    """A run of which nothing is known."""
    error = defect()
    return RunResult(error, resume.digest(error.SerializeToString(), ok=False), None, error=True)


def read_set(found: read_set_pb2.ReadSet) -> ReadSet:
    """All that a run depended on. Raises ValueError for a snapshot that is none."""
    return ReadSet(
        reads=tuple(_read(each) for each in found.reads),
        personal=found.personal,
        incomplete=tuple(found.incomplete),
    )


def write_sets(sets: Iterable[read_set_pb2.WriteSet]) -> tuple[WriteSet, ...]:
    """The write sets of a mutation."""
    return tuple(WriteSet(each.service, each.epoch, each.xid, tuple(each.keys)) for each in sets)


def changes(found: Iterable[change_pb2.Change]) -> tuple[Change, ...]:
    """Entries of a change log."""
    return tuple(Change(each.seq, each.xid, tuple(each.keys)) for each in found)


def query_result(name: str, result: QueryResult) -> live_service_pb2.QueryResult:
    """A result as the client gets it; `name` is the client's name of the query."""
    token = resume.token(result.answer.digest)
    if result.unchanged:
        return live_service_pb2.QueryResult(query_id=name, unchanged=True, resume_token=token)
    payload = result.answer.payload
    if isinstance(payload, bytes):
        return live_service_pb2.QueryResult(query_id=name, response=payload, resume_token=token)
    return live_service_pb2.QueryResult(query_id=name, error=error_status(payload), resume_token=token)


def outcome(name: str, found: object) -> live_service_pb2.MutationOutcome:
    """The end of a mutation as the client gets it; `found` is a response's bytes or an error."""
    if isinstance(found, bytes):
        return live_service_pb2.MutationOutcome(request_id=name, response=found)
    return live_service_pb2.MutationOutcome(request_id=name, error=error_status(found))


def error_status(payload: object) -> status_pb2.Status:
    """An error as clients see it, whether a service or the core refused."""
    if isinstance(payload, status_pb2.Status):
        return payload
    if isinstance(payload, CoreError):
        return _core_status(payload)
    return internal("", PROCESS)


def _core_status(error: CoreError) -> status_pb2.Status:
    if error.code == "FOREIGN_SCOPE":
        return refusal_status(Unauthenticated(problem="this query takes a signed-in user"))
    if error.code.startswith("TOO_MANY"):
        return refusal_status(TooManyQueries(problem=error.message))
    return internal(error.code, PROCESS)


def _reads(answer: Answer) -> ReadSet | None:
    if answer.reads is not None:
        return read_set(answer.reads)
    # Refused before anything was read: it hangs on the request and the caller alone.
    refused = answer.error is not None and answer.error.code in DATALESS and error_info(answer.error)
    return NOTHING_READ if refused else None


def _read(read: read_set_pb2.ServiceRead) -> ServiceRead:
    snapshot = Snapshot.parse(read.snapshot)
    return ServiceRead(read.service, read.epoch, snapshot, read.head, frozenset(read.keys))
