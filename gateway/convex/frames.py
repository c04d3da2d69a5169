"""What the server says, as JSON text. Results are pasted in as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from gateway.convex.clock import to_wire
from gateway.convex.results import CallPayload

PING = b'{"type":"Ping"}'
CHUNK_ABOVE = 5_000_000
CHUNK = 1_000_000
"""Characters: small enough for a slow line to get one within the time in which clients expect a message."""


def version(query_set: int, identity: int, ts: int) -> bytes:
    """What a client has been told so far: its query set, its sign-in, and up to when."""
    return b'{"querySet":%d,"identity":%d,"ts":"%s"}' % (query_set, identity, to_wire(ts).encode())


def transition(
    start: bytes, end: bytes, modifications: Iterable[bytes], clock_skew: int | None, server_ts: int
) -> bytes:
    """One step from version `start` to `end`; without time where the client told none (no skew)."""
    times = b"" if clock_skew is None else b',"clientClockSkew":%d,"serverTs":%d' % (clock_skew, server_ts)
    return b'{"type":"Transition","startVersion":%s,"endVersion":%s,"modifications":[%s]%s}' % (
        start,
        end,
        b",".join(modifications),
        times,
    )


def query_updated(query_id: int, tail: bytes) -> bytes:
    """A modification: a query has a new value. `tail` begins with the comma behind the id."""
    return b'{"type":"QueryUpdated","queryId":%d' % query_id + tail


def query_failed(query_id: int, tail: bytes) -> bytes:
    """A modification: a query has a new error."""
    return b'{"type":"QueryFailed","queryId":%d' % query_id + tail


def query_removed(query_id: int) -> bytes:
    """A modification: a query is no longer watched."""
    return b'{"type":"QueryRemoved","queryId":%d}' % query_id


def mutation_response(request_id: int, payload: CallPayload, ts: int) -> bytes:
    """The end of a mutation; one that failed has no timestamp."""
    when = b',"ts":"%s"' % to_wire(ts).encode() if payload.ok else b',"ts":null'
    return b'{"type":"MutationResponse","requestId":%d%s' % (request_id, when) + payload.tail


def action_response(request_id: int, payload: CallPayload) -> bytes:
    """The end of an action."""
    return b'{"type":"ActionResponse","requestId":%d' % request_id + payload.tail


def auth_error(problem: str, base_version: int, *, attempted: bool) -> bytes:
    """The sign-in is refused (`attempted`), or over."""
    return orjson.dumps(
        {
            "type": "AuthError",
            "error": problem,
            "baseVersion": base_version,
            "authUpdateAttempted": attempted,
        }
    )


def fatal_error(problem: str) -> bytes:
    """The client has broken the protocol. It never tries again."""
    return orjson.dumps({"type": "FatalError", "error": problem})


def chunks(text: str, transition_id: str) -> Iterator[str]:
    """The text of a Transition in pieces, each a message."""
    parts = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    for number, part in enumerate(parts):
        message = {
            "type": "TransitionChunk",
            "chunk": part,
            "partNumber": number,
            "totalParts": len(parts),
            "transitionId": transition_id,
        }
        yield orjson.dumps(message).decode()
