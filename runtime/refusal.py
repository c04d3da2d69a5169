"""Refusals: what a caller did wrong, or may try again, as values with a wire mapping of their own.

The class carries the gRPC code, its name is the reason, its fields are the metadata and its docstring is
the message, so one declaration says all of it (AIP-193).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from google.protobuf.message import Message
from grpc import StatusCode as Code

__all__ = [
    "AccountDeleted",
    "Code",
    "DeadlineExceeded",
    "FieldViolation",
    "IdempotencyKeyReused",
    "InvalidArgument",
    "InvalidFields",
    "InvalidPageToken",
    "OutcomeUnknown",
    "PermissionDenied",
    "Refusal",
    "TryAgain",
    "Unauthenticated",
    "Unavailable",
]


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of a request and the rule it breaks; `field` is a path as in ``courses[3].code``."""

    field: str
    rule: str


@dataclass(eq=False)
class Refusal(Exception):
    """The request was refused."""

    code: ClassVar[Code] = Code.FAILED_PRECONDITION
    retry_after: ClassVar[float | None] = None
    """Seconds after which the same request may succeed; None when it should not be repeated unchanged."""

    def __str__(self) -> str:
        return self.message()

    @classmethod
    def reason(cls) -> str:
        """The class's name in UPPER_SNAKE_CASE, a value of the ErrorReason enum of its domain."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).upper()

    def message(self) -> str:
        """The sentence a developer reads: the class's docstring."""
        return " ".join((type(self).__doc__ or self.reason()).split())

    def metadata(self) -> dict[str, str]:
        """The fields that are single values, as text."""
        return {
            field.name: str(value)
            for field in dataclasses.fields(self)
            if isinstance(value := getattr(self, field.name), str | int | float | bool)
        }

    def violations(self) -> Iterable[FieldViolation]:
        """Fields of the request that broke a rule, if that is what happened."""
        return ()

    def details(self) -> Iterable[Message]:
        """Further typed details for this refusal."""
        return ()


@dataclass(eq=False)
class InvalidArgument(Refusal):
    """A field of the request breaks a rule."""

    code = Code.INVALID_ARGUMENT
    field: str
    rule: str

    def message(self) -> str:
        return f"{self.field}: {self.rule}"

    def violations(self) -> Iterable[FieldViolation]:
        return (FieldViolation(self.field, self.rule),)


@dataclass(eq=False)
class InvalidFields(InvalidArgument):
    """Several fields of the request break a rule."""

    all: tuple[FieldViolation, ...] = ()

    @classmethod
    def reason(cls) -> str:
        return InvalidArgument.reason()

    def message(self) -> str:
        return "; ".join(f"{each.field}: {each.rule}" if each.field else each.rule for each in self.all)

    def violations(self) -> Iterable[FieldViolation]:
        return self.all


@dataclass(eq=False)
class InvalidPageToken(Refusal):
    """The page token is not one that this method returned for the same filters."""

    code = Code.INVALID_ARGUMENT

    def violations(self) -> Iterable[FieldViolation]:
        return (FieldViolation("page_token", self.message()),)


@dataclass(eq=False)
class Unauthenticated(Refusal):
    """Sign in first."""

    code = Code.UNAUTHENTICATED
    problem: str = "no valid credentials"

    def message(self) -> str:
        return f"Sign in first: {self.problem}."


@dataclass(eq=False)
class PermissionDenied(Refusal):
    """You may not do this."""

    code = Code.PERMISSION_DENIED
    needed: str = ""

    def message(self) -> str:
        return f"You may not do this: it takes {self.needed}." if self.needed else "You may not do this."


@dataclass(eq=False)
class AccountDeleted(Refusal):
    """This account was deleted; nothing is stored under it any more."""

    code = Code.FAILED_PRECONDITION


@dataclass(eq=False)
class IdempotencyKeyReused(Refusal):
    """This idempotency key was used by another caller or with another request; nothing was written."""

    code = Code.INVALID_ARGUMENT
    key: str


@dataclass(eq=False)
class TryAgain(Refusal):
    """Other changes got in the way; nothing was written. Try again."""

    code = Code.ABORTED
    retry_after = 0.05


@dataclass(eq=False)
class Unavailable(Refusal):
    """Something this answer needs cannot be reached just now; nothing was written."""

    code = Code.UNAVAILABLE
    retry_after = 1.0
    dependency: str
    """What cannot be reached: ``database``, or the name of a service."""


@dataclass(eq=False)
class OutcomeUnknown(Refusal):
    """The connection was lost while committing. Repeat with an idempotency key to be sure."""

    code = Code.UNKNOWN


@dataclass(eq=False)
class DeadlineExceeded(Refusal):
    """The answer would have come after the caller's deadline."""

    code = Code.DEADLINE_EXCEEDED
