"""Running a function: who may, with which arguments, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from albertplus.live.v1 import read_set_pb2

from gateway.claims import Identity
from gateway.convex.values import InvalidValue, encode
from gateway.functions.context import Context
from gateway.functions.errors import (
    ArgumentValidationError,
    ConvexError,
    FunctionError,
    OutcomeUnknown,
    Refused,
)
from gateway.functions.function import Access, Function, FunctionTable, Kind
from gateway.live_requests import scope_of
from gateway.sign_in import principal_of
from runtime.auth import ANONYMOUS

NOT_SIGNED_IN = "Not authenticated"
NOT_ADMIN = "Unauthorized: Admin access required"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no value."""

    text: str
    """What a client is told behind the line with the request's id, unless this deployment redacts it."""
    data: bytes | None = None
    """The data of a ConvexError, as encoded JSON; None for errors without data."""
    system: bool = False
    """Not the function's own decision: something is out of order, and a later run may well succeed."""
    outcome_unknown: bool = False
    """A mutation that may have taken effect; run it again with the same key to learn its outcome."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run. Exactly one of `value` (encoded JSON) and `error` is there."""

    value: bytes | None
    error: Failure | None
    log_lines: tuple[str, ...] = ()
    reads: read_set_pb2.ReadSet | None = None
    """What the outcome depends on; None when that is not known."""
    writes: tuple[read_set_pb2.WriteSet, ...] = ()
    journal: str | None = None


def find_function(table: FunctionTable, name: str, kind: Kind) -> Function | Failure:
    """The function a client means, or what it is told instead."""
    function = table.find(name)
    if function is None:
        return Failure(f"Could not find public function for '{name.removesuffix(':default')}'.")
    if function.kind is not kind:
        wanted, found = kind.value.capitalize(), function.kind.value.capitalize()
        return Failure(f"Trying to execute {name} as {wanted}, but it is defined as {found}.")
    return function


def refusal(function: Function, identity: Identity | None) -> Failure | None:
    """Why this caller may not call the function at all; None if they may."""
    if function.access is Access.ANYONE:
        return None
    if identity is None:
        return _failure(FunctionError(NOT_SIGNED_IN))
    if function.access is Access.ADMIN and not identity.admin:
        return _failure(FunctionError(NOT_ADMIN))
    return None


def query_scope(function: Function, identity: Identity | None) -> str | None:
    """What a live query's results are kept under: None when all who may call share them.

    Those who may not share their refusal, which is why `refusal` is looked at before the scope.
    """
    if identity is None:
        return None if function.access is Access.ANYONE and not function.personal else scope_of(ANONYMOUS)
    return scope_of(principal_of(identity)) if function.personal else None


async def run_function(function: Function, args: Any, context: Context) -> Outcome:
    """Runs the function for the context's caller with decoded arguments. Never raises for what it does."""
    refused = refusal(function, context.identity)
    if refused is not None:
        return Outcome(None, refused, reads=read_set_pb2.ReadSet(personal=True))
    try:
        function.args.check(args)
        value = encode(await function.run(context, args))
    except (ArgumentValidationError, ConvexError, FunctionError, Refused) as error:
        return _outcome(context, None, _failure(error))
    except InvalidValue as error:
        log.exception("a function's result is no value", function=function.name)
        return _outcome(context, None, Failure(f"Uncaught Error: {error}"))
    return _outcome(context, value, None)


def _outcome(context: Context, value: bytes | None, error: Failure | None) -> Outcome:
    known = error is None or not error.system
    return Outcome(
        value,
        error,
        tuple(context.log_lines),
        context.reads if known else None,
        tuple(context.writes),
        context.new_journal if value is not None else None,
    )


def _failure(error: ArgumentValidationError | ConvexError | FunctionError | Refused) -> Failure:
    if isinstance(error, ConvexError):
        return Failure(error.text, encode(error.data))
    if isinstance(error, OutcomeUnknown):
        return Failure(f"Uncaught Error: {error}", system=True, outcome_unknown=True)
    if isinstance(error, Refused):
        return _of_service(error)
    return Failure(error.text)


def _of_service(refused: Refused) -> Failure:
    """A refusal that the function did not expect: of its arguments it tells the user, of the rest nobody."""
    if refused.is_ours:
        return Failure(f"Uncaught Error: {refused}", system=True)
    if refused.reason == "INVALID_ARGUMENT":
        return Failure(f"Uncaught ConvexError: {refused}", encode(str(refused)))
    return Failure(f"Uncaught Error: {refused}")
