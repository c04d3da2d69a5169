"""What goes into the live core and what comes out of it: plain values, no behaviour.

Payloads, principals and calls are opaque to the core: it passes them on by identity, so a payload which
a thousand sessions watch is one object, and the driver can encode it once (cache by `id`, or on the object).
"""

from collections.abc import Hashable
from dataclasses import dataclass

from gateway.live.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Query:
    """A live query: the entry's key. `scope` is the subject for personal methods, None for shared ones."""

    service: str  # the upstream that answers it: runs are bounded per upstream
    method: str
    request: bytes
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session is. `scope` is what personal queries must carry; `principal` is handed back with runs.

    `expires` is on the clock of `now`; from then on nothing is sent or run for the session: see `Expired`.
    """

    scope: str
    principal: object
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceRead:
    """What a run read from one service, and the snapshot in which it did."""

    service: str
    epoch: int
    snapshot: Snapshot
    head: int  # the service's change log ended here, within that snapshot
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReadSet:
    """All that a run depended on. `incomplete` names services whose nested read failed and was swallowed."""

    reads: tuple[ServiceRead, ...]
    personal: bool = False
    incomplete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunResult:
    """The end of a run.

    With `reads`: an answer, also when it is an error (`error=True`: NOT_FOUND, PERMISSION_DENIED ...).
    Without `reads`: the run failed (UNAVAILABLE, deadline, no trailing metadata ...), nothing is known;
    `payload` is then the error shown if it goes on failing. `digest` identifies the payload's content.
    """

    payload: object
    digest: bytes
    reads: ReadSet | None
    error: bool = False


@dataclass(frozen=True, slots=True)
class WriteSet:
    """What a mutation wrote in one service."""

    service: str
    epoch: int
    xid: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a service's change log. The key "*" stands for all that the service has."""

    seq: int
    xid: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoreError:
    """A refusal of the core itself, as payload of an `Answer` or outcome of a mutation. Codes:

    TOO_MANY_QUERIES, TOO_MANY_MUTATIONS (limits of a session), FOREIGN_SCOPE (a personal query of someone
    else, or without identity: UNAUTHENTICATED to the caller), PERSONAL_RESULT (a method declared shared
    looked at its caller: INTERNAL).
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What an entry shows; one object for all its subscribers."""

    run_id: int
    payload: object
    digest: bytes
    error: bool
    reads: ReadSet


@dataclass(slots=True)
class QueryResult:
    """A query's new answer. `unchanged`: the client said it has this digest already (first result only)."""

    query_id: int
    answer: Answer
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class MutationOutcome:
    """A mutation is over, and every query of the session that it touched shows so in the same Transition."""

    request_id: Hashable
    outcome: object


@dataclass(slots=True)
class Transition:
    """One atomic step of a session. `start` is always the previous one's `end`, beginning at 0.

    `revision` is the newest `revise()` mark whose queries have all been answered (or waited for in vain).
    """

    start: int
    end: int
    results: tuple[QueryResult, ...]
    completed: tuple[MutationOutcome, ...]
    revision: int


# Effects: what the driver has to do, in this order.


@dataclass(frozen=True, slots=True)
class StartRun:
    """Run this query as `principal` (None: nobody is signed in), then call `run_finished` in any case."""

    run_id: int
    query: Query
    principal: object


@dataclass(frozen=True, slots=True)
class StartMutation:
    """Do this now, until its outcome is known, then call `mutation_finished`, even if the session is gone."""

    session: str
    request_id: Hashable
    call: object


@dataclass(slots=True)
class Send:
    """Send this; call `drained(session)` once for each Send when it has left."""

    session: str
    transition: Transition


@dataclass(frozen=True, slots=True)
class Repair:
    """Ask `LiveSource.Changes(epoch, since)`, then call `repaired` or `repair_failed`. Epoch 0: unknown."""

    service: str
    epoch: int
    since: int


@dataclass(frozen=True, slots=True)
class Expired:
    """The session's token is over: ask for a new one (`identify`) or end the session."""

    session: str


@dataclass(frozen=True, slots=True)
class Close:
    """End this session; the core has forgotten it already."""

    session: str
    reason: str


Effect = StartRun | StartMutation | Send | Repair | Expired | Close
