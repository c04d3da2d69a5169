"""From the steps of the live core to the Transitions of one connection, with their versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.convex import frames
from gateway.convex.clock import Clock
from gateway.convex.results import CallPayload, QueryPayload, Renderer
from gateway.functions.runner import Failure, Outcome
from gateway.live.messages import CoreError, QueryResult, Transition

_EXPLAINED = {
    "TOO_MANY_QUERIES": "Too many queries are watched over this connection.",
    "TOO_MANY_MUTATIONS": "Too many mutations are waiting on this connection.",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Once the core has answered this revision, the client's query set and identity have these versions."""

    revision: int
    query_set: int
    identity: int
    removed: tuple[int, ...] = ()


class Steps:
    """The version vector of one connection: each Transition begins where the one before has ended."""

    def __init__(self, clock: Clock, renderer: Renderer) -> None:
        self._clock = clock
        self._renderer = renderer
        self._marks: list[Mark] = []
        self._query_set = 0
        self.identity = 0
        """The version of the sign-in that the client has been told of."""
        self.floor = 0
        """The largest timestamp that the client has seen, here or elsewhere."""
        self._version = frames.version(0, 0, 0)

    def expect(self, mark: Mark) -> None:
        """The client has asked for a change of its query set or identity."""
        self._marks.append(mark)

    def responses(self, transition: Transition) -> Iterator[tuple[int, CallPayload, int]]:
        """The mutations that are over, each with its timestamp: to be written before the Transition."""
        for done in transition.completed:
            payload = self._outcome(done.outcome)
            ts = payload.ts if payload.ts is not None else self._clock.tick(self.floor)
            self.floor = max(self.floor, ts)
            yield int(str(done.request_id)), payload, ts

    def advance(self, transition: Transition) -> tuple[bytes, bytes, list[bytes]]:
        """Takes one step: from which version, to which, and what changes. Call it after `responses`."""
        start, removed = self._version, self._reach(transition.revision)
        self.floor = self._clock.tick(self.floor)
        self._version = frames.version(self._query_set, self.identity, self.floor)
        changed = [self._modification(result) for result in transition.results]
        if removed:
            still = {result.query_id for result in transition.results}
            changed[:0] = [frames.query_removed(each) for each in removed if each not in still]
        return start, self._version, changed

    def _reach(self, revision: int) -> dict[int, None]:
        removed: dict[int, None] = {}
        while self._marks and self._marks[0].revision <= revision:
            mark = self._marks.pop(0)
            removed |= dict.fromkeys(mark.removed)
            self._query_set, self.identity = mark.query_set, mark.identity
        return removed

    def _modification(self, result: QueryResult) -> bytes:
        payload = result.answer.payload
        if not isinstance(payload, QueryPayload):
            payload = self._renderer.query(_refusal(payload), None)
        if payload.ok:
            return frames.query_updated(result.query_id, payload.tail)
        return frames.query_failed(result.query_id, payload.tail)

    def _outcome(self, found: object) -> CallPayload:
        if isinstance(found, CallPayload):
            return found
        return self._renderer.call(_refusal(found), "0" * 16)


def _refusal(found: object) -> Outcome:
    """What the core itself refused, or could not get done."""
    said = _EXPLAINED.get(found.code, found.message) if isinstance(found, CoreError) else "internal error"
    return Outcome(None, Failure(f"Uncaught Error: {said}"))
