"""The live core: messages in, decisions out. No socket, no clock, no awaits.

The driver calls one method per thing that happened, with its own monotonic `now`, and afterwards carries out
`take_effects()`; several calls may go before one `take_effects()` (what they caused is then merged). It calls
`tick(now)` at `next_wake()`. Nothing here raises for what a client or a service does.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping

from gateway.live.limits import Limits
from gateway.live.messages import Change, Effect, Identity, Query, RunResult, WriteSet


class LiveCore:
    """All sessions, live queries and service logs of one gateway."""

    def __init__(
        self,
        services: Iterable[str],
        limits: Limits,
        random: Callable[[], float],
        now: float,
        disabled: frozenset[str] = frozenset(),
    ) -> None:
        """Starts by asking every service for its position (Repair).

        `random` returns 0 <= x < 1 (jitter); `disabled` names mechanisms to leave out, for tests only.
        """
        raise NotImplementedError

    # Sessions

    def connect(self, session: str, identity: Identity | None, resumed: bool, now: float) -> None:
        """A session begins. `resumed`: its client has seen results before, wherever that was."""
        raise NotImplementedError

    def disconnect(self, session: str, now: float) -> None:
        """The session is over (unknown: ignored). Mutations not yet started are dropped."""
        raise NotImplementedError

    def identify(
        self, session: str, identity: Identity | None, queries: Mapping[int, Query], now: float
    ) -> None:
        """Signed in, refreshed or signed out.

        `queries` are the session's queries as they are under the new identity, as far as they differ (scope).
        Personal queries of another scope that are not among them become errors. Same scope: nothing re-runs.
        """
        raise NotImplementedError

    def subscribe(
        self, session: str, query_id: int, query: Query, seen_digest: bytes | None, now: float
    ) -> None:
        """Watch a query under an id of the client's (an id in use is replaced).

        With `seen_digest` (the client resumes) only a run started from now on counts, and an answer with
        that digest comes as `unchanged`.
        """
        raise NotImplementedError

    def unsubscribe(self, session: str, query_id: int, now: float) -> None:
        """Stop watching; unknown ids are ignored."""
        raise NotImplementedError

    def revise(self, session: str, revision: int, now: float) -> None:
        """Ask for a Transition with this `revision`, empty if need be, once all queries so far have answers."""
        raise NotImplementedError

    def drained(self, session: str, now: float) -> None:
        """One Transition of the session has left."""
        raise NotImplementedError

    # Mutations

    def mutate(self, session: str, request_id: Hashable, call: object, now: float) -> None:
        """Queue a mutation: one at a time per session, in order. An id still under way is ignored."""
        raise NotImplementedError

    def mutation_finished(
        self, session: str, request_id: Hashable, outcome: object, writes: tuple[WriteSet, ...], now: float
    ) -> None:
        """The outcome (result or error) of a StartMutation is known; `writes` empty if nothing was written."""
        raise NotImplementedError

    def wrote(self, writes: tuple[WriteSet, ...], now: float) -> None:
        """A mutation outside any session (unary call through this gateway) wrote this."""
        raise NotImplementedError

    # Runs

    def run_finished(self, run_id: int, result: RunResult, now: float) -> None:
        """The end of a StartRun."""
        raise NotImplementedError

    # Services

    def changes(self, service: str, epoch: int, head: int, changes: tuple[Change, ...], now: float) -> None:
        """A bundle from the broker; without changes a heartbeat."""
        raise NotImplementedError

    def repaired(
        self, service: str, epoch: int, head: int, changes: tuple[Change, ...] | None, now: float
    ) -> None:
        """The answer to a Repair; `changes` None: truncated, it can't say what happened since."""
        raise NotImplementedError

    def repair_failed(self, service: str, now: float) -> None:
        """A Repair got no answer; it is asked for again."""
        raise NotImplementedError

    # Time

    def tick(self, now: float) -> None:
        """Time has passed."""
        raise NotImplementedError

    def next_wake(self) -> float | None:
        """When `tick` is due; None while nothing is waiting for time. Ask after `take_effects`."""
        raise NotImplementedError

    def take_effects(self) -> list[Effect]:
        """What has to be done now, in order."""
        raise NotImplementedError
