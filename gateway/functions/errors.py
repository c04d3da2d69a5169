"""How a function ends when it does not answer."""

from __future__ import annotations

from typing import Any

from google.rpc import error_details_pb2, status_pb2

from gateway.convex.values import encode
from runtime.status import error_info

_OURS = frozenset(("", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "TRY_AGAIN", "OUTCOME_UNKNOWN"))
INVALID_CURSOR = {"isConvexSystemError": True, "paginationError": "InvalidCursor"}


class FunctionError(Exception):
    """The function refused in words for developers: clients of a deployment that redacts don't see them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def text(self) -> str:
        """What a client is told, behind the line with the request's id."""
        return f"Uncaught Error: {self.message}"


class ConvexError(Exception):
    """The function refused with data for the application, which always reaches it."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.data = data

    @property
    def text(self) -> str:
        """What a client is told, behind the line with the request's id."""
        said = self.data if isinstance(self.data, str) else encode(self.data).decode()
        return f"Uncaught ConvexError: {said}"


class ArgumentValidationError(Exception):
    """The arguments are not those the function takes."""

    @property
    def text(self) -> str:
        """What a client is told, behind the line with the request's id."""
        return f"ArgumentValidationError: {self}"


class Refused(Exception):
    """A service refused a call that the function made."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status
        info = error_info(status)
        self.reason = info.reason if info is not None else ""
        self.metadata = dict(info.metadata) if info is not None else {}
        self.fields = [
            (each.field, each.description) for bad in _bad_requests(status) for each in bad.field_violations
        ]

    @property
    def is_ours(self) -> bool:
        """Whether something is out of order on our side: no decision about the request."""
        return self.reason in _OURS


class OutcomeUnknown(Refused):
    """Nobody can say if the mutation was made; running it again with the same key tells."""


def invalid_cursor() -> ConvexError:
    """The cursor is not one of this query's: clients that page start again from the first page."""
    return ConvexError(INVALID_CURSOR)


def _bad_requests(status: status_pb2.Status) -> list[error_details_pb2.BadRequest]:
    found = []
    for detail in status.details:
        bad = error_details_pb2.BadRequest()
        if detail.Is(bad.DESCRIPTOR) and detail.Unpack(bad):
            found.append(bad)
    return found
