"""What clients say: JSON text in, checked values out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias
from uuid import UUID

import orjson

from gateway.convex.clock import from_wire

U32 = range(2**32)


class BadMessage(ValueError):
    """The text is no message of the protocol."""


@dataclass(frozen=True, slots=True)
class Connect:
    """The first message of every connection."""

    session_id: str
    max_observed: int | None
    """The largest timestamp the client has seen; None for one that has seen nothing yet."""
    client_ts: int | None
    """The client's clock, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Sign in (`token`), or out (None)."""

    base_version: int
    token: str | None
    is_user: bool
    """False for an administrator's key."""


@dataclass(frozen=True, slots=True)
class Add:
    """Watch a query."""

    query_id: int
    path: str
    args: Any
    journal: str | None


@dataclass(frozen=True, slots=True)
class Remove:
    """Watch it no longer."""

    query_id: int


@dataclass(frozen=True, slots=True)
class ModifyQuerySet:
    """Change what is watched."""

    base_version: int
    new_version: int
    modifications: tuple[Add | Remove, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A mutation or an action."""

    request_id: int
    path: str
    args: Any
    is_mutation: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Telemetry."""


ClientMessage: TypeAlias = Connect | Authenticate | ModifyQuerySet | Call | Event


def parse(text: str) -> ClientMessage:
    """The message in a frame. Raises BadMessage."""
    return parse_json(_json(text))


def parse_json(message: Any) -> ClientMessage:
    """The message that parsed JSON stands for. Raises BadMessage."""
    fields = _object(message)
    match fields.get("type"):
        case "Connect":
            return _connect(fields)
        case "Authenticate":
            return _authenticate(fields)
        case "ModifyQuerySet":
            return _modify_query_set(fields)
        case "Mutation" | "Action" as kind:
            path = _path(fields)
            return Call(_u32(fields, "requestId"), path, _args(fields), kind == "Mutation")
        case "Event":
            return Event()
    raise BadMessage(f"unknown message type {fields.get('type')!r:.40}")


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _lenient_json(text, error)


def _lenient_json(text: str, error: ValueError) -> Any:
    """JavaScript may write half a surrogate pair, which is no text: the function is to say so, not we."""
    if "\\u" not in text:
        _bad(f"this is not JSON: {error}")
    try:
        return json.loads(text, parse_constant=_bad)
    except (ValueError, RecursionError) as again:
        raise BadMessage("this is not JSON") from again


def _connect(fields: dict[str, Any]) -> Connect:
    try:
        session_id = str(UUID(fields.get("sessionId")))
    except (ValueError, AttributeError, TypeError) as error:
        raise BadMessage("sessionId is not a UUID") from error
    return Connect(
        session_id, _timestamp(fields.get("maxObservedTimestamp")), _integer(fields.get("clientTs"))
    )


def _timestamp(text: object) -> int | None:
    if text is None:
        return None
    try:
        return from_wire(text)
    except ValueError as error:
        raise BadMessage(f"maxObservedTimestamp: {error}") from error


def _integer(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -(2**53) < value < 2**53:
        return None
    return int(value)


def _authenticate(fields: dict[str, Any]) -> Authenticate:
    base, kind, token = _u32(fields, "baseVersion"), fields.get("tokenType"), fields.get("value")
    if kind == "None":
        return Authenticate(base, None, is_user=True)
    if kind not in ("User", "Admin") or not isinstance(token, str):
        _bad("Authenticate takes a tokenType of User, Admin or None, and a value")
    return Authenticate(base, token, is_user=kind == "User")


def _modify_query_set(fields: dict[str, Any]) -> ModifyQuerySet:
    modifications = fields.get("modifications")
    if not isinstance(modifications, list):
        _bad("modifications is not a list")
    return ModifyQuerySet(
        _u32(fields, "baseVersion"),
        _u32(fields, "newVersion"),
        tuple(_modification(_object(each)) for each in modifications),
    )


def _modification(fields: dict[str, Any]) -> Add | Remove:
    query_id, kind = _u32(fields, "queryId"), fields.get("type")
    if kind == "Remove":
        return Remove(query_id)
    journal = fields.get("journal")
    if kind != "Add" or not isinstance(journal, str | None):
        _bad("a modification is Add, with a journal that is a text or null, or Remove")
    return Add(query_id, _path(fields), _args(fields), journal)


def _path(fields: dict[str, Any]) -> str:
    path, component = fields.get("udfPath"), fields.get("componentPath")
    if not isinstance(path, str) or not isinstance(component, str | None):
        _bad("udfPath is not a text")
    return f"{component}/{path}" if component else path


def _args(fields: dict[str, Any]) -> Any:
    args = fields.get("args")
    if not isinstance(args, list):
        _bad("args is not a list")
    return args


def _u32(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value not in U32:
        _bad(f"{name} is not a number from 0 to {U32.stop - 1}")
    return value


def _object(message: Any) -> dict[str, Any]:
    if not isinstance(message, dict):
        _bad("a message is an object")
    return message


def _bad(problem: str) -> NoReturn:
    raise BadMessage(problem)
