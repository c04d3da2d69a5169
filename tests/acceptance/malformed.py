"""What no client of Convex would say, and how the gateway has to take it."""

from __future__ import annotations

import uuid
from typing import Any

CONNECT = {
    "type": "Connect",
    "sessionId": str(uuid.uuid4()),
    "connectionCount": 0,
    "lastCloseReason": None,
    "clientTs": 0,
}


def _add(path: Any, args: Any, **more: Any) -> dict[str, Any]:
    add = {"type": "Add", "queryId": 0, "udfPath": path, "args": args, **more}
    return {"type": "ModifyQuerySet", "baseVersion": 0, "newVersion": 1, "modifications": [add]}


def _call(kind: str, path: Any, args: Any) -> dict[str, Any]:
    return {"type": kind, "requestId": 0, "udfPath": path, "args": args}


_NESTED: list[Any] = []
for _ in range(200):
    _NESTED = [_NESTED]

FATAL: dict[str, Any] = {
    "no JSON": "{",
    "no object": "[]",
    "no type": {"a": 1},
    "an unknown type": {"type": "Hello"},
    "a second Connect": CONNECT,
    "a query set from nowhere": {
        "type": "ModifyQuerySet",
        "baseVersion": 7,
        "newVersion": 8,
        "modifications": [],
    },
    "a modification of no kind": {
        "type": "ModifyQuerySet",
        "baseVersion": 0,
        "newVersion": 1,
        "modifications": [{"type": "Replace", "queryId": 0}],
    },
    "a query id that is no number": _add("acceptance:echo", [{}], queryId="x"),
    "a path that is no text": _add(7, [{}]),
    "a request id that is no number": {**_call("Mutation", "acceptance:noop", [{}]), "requestId": "x"},
    "binary": b"\0\1\2",
}
"""Answered with FatalError, or by closing: the connection is over."""

FAILED: dict[str, Any] = {
    "an unknown query": _add("acceptance:nope", [{}]),
    "an unknown module": _add("no/such.module:nope", [{}]),
    "a mutation as a query": _add("acceptance:noop", [{}]),
    "a missing argument": _add("acceptance:list", [{}]),
    "an argument too many": _add("acceptance:list", [{"channel": "x", "more": 1.0}]),
    "an argument of another type": _add("acceptance:list", [{"channel": 7}]),
    "two arguments": _add("acceptance:echo", [{}, {}]),
    "no arguments": _add("acceptance:echo", []),
    "an argument nested too deep": _add("acceptance:echo", [{"a": _NESTED}]),
    "a key that is reserved": _add("acceptance:echo", [{"$nope": 1}]),
    "base64 that is none": _add("acceptance:echo", [{"a": {"$bytes": "?"}}]),
    "an unknown mutation": _call("Mutation", "acceptance:nope", [{}]),
    "a query as a mutation": _call("Mutation", "acceptance:list", [{"channel": "x"}]),
    "a mutation without an argument": _call("Mutation", "acceptance:send", [{}]),
    "an id that is none": _call("Mutation", "acceptance:remove", [{"id": "x"}]),
    "an unknown action": _call("Action", "acceptance:nope", [{}]),
    "20 MB": _call("Mutation", "acceptance:send", [{"channel": "x", "body": "x" * 20_000_000}]),
    "20 MB for a query": _add("acceptance:echo", [{"a": "x" * 20_000_000}]),
}
"""Answered with an error of the function: the connection lives."""
