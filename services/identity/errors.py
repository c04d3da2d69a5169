"""What identity refuses, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runtime.refusal import Code, FieldViolation, Refusal


@dataclass(eq=False)
class StudentNotFound(Refusal):
    """You have no student profile yet."""

    code = Code.NOT_FOUND


@dataclass(eq=False)
class TermsOutOfOrder(Refusal):
    """Graduation would be before the start."""

    code = Code.FAILED_PRECONDITION
    starting_term: str
    expected_graduation_term: str

    def violations(self) -> Iterable[FieldViolation]:
        return (
            FieldViolation("starting_term", f"is after {self.expected_graduation_term}, the graduation"),
            FieldViolation("expected_graduation_term", f"is before {self.starting_term}, the start"),
        )


@dataclass(eq=False)
class InviteAlreadyExists(Refusal):
    """Invite already exists for this user."""

    code = Code.ALREADY_EXISTS


@dataclass(eq=False)
class InviteNotFound(Refusal):
    """You have not asked for an invite."""

    code = Code.NOT_FOUND


@dataclass(eq=False)
class ErasureNotFound(Refusal):
    """No such account was deleted."""

    code = Code.NOT_FOUND
    erasure_id: str = ""
    issuer: str = ""
    subject: str = ""

    def metadata(self) -> dict[str, str]:
        return {name: value for name, value in Refusal.metadata(self).items() if value}


@dataclass(eq=False)
class UserNotFound(Refusal):
    """No such user is known."""

    code = Code.NOT_FOUND
    user_id: str = ""
    issuer: str = ""
    subject: str = ""

    def metadata(self) -> dict[str, str]:
        return {name: value for name, value in Refusal.metadata(self).items() if value}


@dataclass(eq=False)
class ApiKeyNotFound(Refusal):
    """There is no such API key, or it is good no more."""

    code = Code.NOT_FOUND


@dataclass(eq=False)
class ApiKeyExists(Refusal):
    """Another API key has this name, or this secret."""

    code = Code.ALREADY_EXISTS
    name: str
