"""What the gateway itself refuses; everything else is passed through from the service that said it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runtime.refusal import Code, FieldViolation, Refusal


@dataclass(eq=False)
class UnknownMethod(Refusal):
    """No method has this name, or it may not be called this way."""

    code = Code.UNIMPLEMENTED
    method: str
    problem: str = "no such method"
    did_you_mean: str = ""

    def message(self) -> str:
        hint = f" Did you mean {self.did_you_mean}?" if self.did_you_mean else ""
        return f"{self.method}: {self.problem}.{hint}"


@dataclass(eq=False)
class MalformedRequest(Refusal):
    """The request's bytes are not a message of the method's request type."""

    code = Code.INVALID_ARGUMENT
    method: str

    @classmethod
    def reason(cls) -> str:
        return "INVALID_ARGUMENT"

    def violations(self) -> Iterable[FieldViolation]:
        return (FieldViolation("request", self.message()),)


@dataclass(eq=False)
class ProtocolViolation(Refusal):
    """The messages of this stream are out of order."""

    code = Code.FAILED_PRECONDITION
    problem: str

    def message(self) -> str:
        return f"{self.problem}."


@dataclass(eq=False)
class TooManyQueries(Refusal):
    """The stream watches more queries, or has more mutations waiting, than allowed."""

    code = Code.RESOURCE_EXHAUSTED
    problem: str

    def message(self) -> str:
        return f"{self.problem}."


@dataclass(eq=False)
class OutcomeUnknown(Refusal):
    """Nobody said if the change was made; repeat it with the same idempotency key to learn it."""

    code = Code.DEADLINE_EXCEEDED
    idempotency_key: str


@dataclass(eq=False)
class Draining(Refusal):
    """This gateway is about to stop; reconnect, with the resume tokens."""

    code = Code.UNAVAILABLE
    retry_after = 0.0


@dataclass(eq=False)
class StreamReset(Refusal):
    """The stream's state is in doubt; reconnect, with the resume tokens."""

    code = Code.ABORTED
    retry_after = 0.0
    cause: str


@dataclass(eq=False)
class TooManyRequests(Refusal):
    """More than may be asked in so short a time; try again after a while."""

    code = Code.RESOURCE_EXHAUSTED
    retry_after = 1.0
    problem: str

    def message(self) -> str:
        return f"Too many {self.problem} in a short time; try again after a while."


@dataclass(eq=False)
class TooManySessions(Refusal):
    """As many live sessions are open as may be; close others, or try again after a while."""

    code = Code.RESOURCE_EXHAUSTED
    retry_after = 3.0
    problem: str

    def message(self) -> str:
        return f"Too many {self.problem} at once; close others, or try again after a while."
