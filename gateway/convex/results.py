"""What came of a function, as the JSON that clients get. A result is written once, for all who watch it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any

import orjson

from gateway.convex.values import decode, encode_plain
from gateway.functions.runner import Failure, Outcome


@dataclass(frozen=True, slots=True)
class QueryPayload:
    """A live query's result. `tail` is its modification from behind the query's id to the end."""

    ok: bool
    tail: bytes
    journal: str | None = None


@dataclass(frozen=True, slots=True)
class CallPayload:
    """The end of a mutation or an action. `tail` is its response from behind the request's id.

    A mutation's response lacks its `ts`, which is put in when it is sent: `ts` is None if nothing was
    written. With `unknown` nobody can say what came of it, so that there is nothing to respond.
    """

    ok: bool
    tail: bytes
    ts: int | None = None
    unknown: bool = False


class Renderer:
    """Writes results; in a deployment that redacts, without what is for developers only."""

    def __init__(self, redacts: bool) -> None:
        self._redacts = redacts

    def query(self, outcome: Outcome, journal: str | None) -> QueryPayload:
        """A live query's result. `journal` is what it was run with: it stays if there is no new one."""
        kept = outcome.journal or journal
        ending = b',"logLines":' + self._log_lines(outcome) + b',"journal":' + orjson.dumps(kept) + b"}"
        if outcome.value is not None:
            return QueryPayload(True, b',"value":' + outcome.value + ending, kept)
        failure, text = outcome.error or NO_ANSWER, self._text(outcome.error or NO_ANSWER, new_request_id())
        return QueryPayload(False, b',"errorMessage":' + _string(text) + _data(failure) + ending, kept)

    def call(self, outcome: Outcome, request_id: str, ts: int | None = None) -> CallPayload:
        """A mutation's or an action's response."""
        lines = b',"logLines":' + self._log_lines(outcome) + b"}"
        if outcome.value is not None:
            return CallPayload(True, b',"success":true,"result":' + outcome.value + lines, ts)
        failure = outcome.error or NO_ANSWER
        text = _string(self._text(failure, request_id))
        tail = b',"success":false,"result":' + text + _data(failure) + lines
        return CallPayload(False, tail, unknown=failure.outcome_unknown)

    def http(self, outcome: Outcome, *, plain: bool) -> bytes:
        """The body of an HTTP response; `plain` for the format that loses types."""
        lines = b',"logLines":' + self._log_lines(outcome) + b"}"
        if outcome.value is not None:
            return b'{"status":"success","value":' + _format(outcome.value, plain) + lines
        failure = outcome.error or NO_ANSWER
        text = _string(self._text(failure, new_request_id()))
        data = b"" if failure.data is None else b',"errorData":' + _format(failure.data, plain)
        return b'{"status":"error","errorMessage":' + text + data + lines

    def _text(self, failure: Failure, request_id: str) -> str:
        head = f"[Request ID: {request_id}] Server Error"
        return head if self._redacts else f"{head}\n{failure.text}"

    def _log_lines(self, outcome: Outcome) -> bytes:
        return b"[]" if self._redacts else orjson.dumps([valid_text(line) for line in outcome.log_lines])


NO_ANSWER = Failure("Uncaught Error: no answer", system=True)


def new_request_id() -> str:
    """An id for a run that no client can name."""
    return secrets.token_hex(8)


def request_id(session_id: str, number: int) -> str:
    """The id of a mutation or action, which its client can compute too."""
    return sha256(f"{session_id}|{number}".encode()).hexdigest()[:16]


def digest(outcome: Outcome, journal: str | None) -> bytes:
    """Equal for results that clients need not be told apart: the request's id in an error says nothing."""
    found = blake2b(digest_size=16)
    error = outcome.error
    for part in (
        outcome.value,
        error.text.encode(errors="replace") if error is not None else None,
        error.data if error is not None else None,
        (outcome.journal or journal or "").encode(),
        *(line.encode(errors="replace") for line in outcome.log_lines),
    ):
        found.update(b"-" if part is None else len(part).to_bytes(8, "little") + part)
    return found.digest()


def _data(failure: Failure) -> bytes:
    """Without data there is no such field: null is data, too."""
    return b"" if failure.data is None else b',"errorData":' + failure.data


def _format(encoded: bytes, plain: bool) -> bytes:
    return encode_plain(decode(orjson.loads(encoded))) if plain else encoded


def _string(text: Any) -> bytes:
    return orjson.dumps(valid_text(text))


def valid_text(text: str) -> str:
    """Without halves of surrogate pairs, which a client may have sent and an error may quote."""
    return text.encode("utf-8", "replace").decode()
