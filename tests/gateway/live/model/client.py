"""A client with the habits of the real ones, which complains when it is shown what it must not see."""

from collections import Counter, deque
from dataclasses import dataclass, field

from gateway.live.keys import touches
from gateway.live.messages import CoreError, MutationOutcome, QueryResult, Transition
from tests.gateway.live.model.database import Tx
from tests.gateway.live.model.queries import REFUSED, Payload, Spec


class Violation(Exception):
    """Something that must never happen."""


@dataclass(frozen=True)
class Wish:
    """A mutation as the client asked for it; sent again after every reconnect until it is answered."""

    key: tuple[str, int]
    service: str
    row_id: int
    what: int


@dataclass(eq=False)
class Client:
    """One browser tab."""

    name: str
    user: str
    gateway: int = 0
    session: str | None = None
    connects: int = 0
    version: int = 0
    revision: int = 0  # asked for, and acknowledged
    acknowledged: int = 0
    watching: dict[int, Spec] = field(default_factory=dict)
    view: dict[int, object] = field(default_factory=dict)
    compared: dict[int, object] = field(default_factory=dict)  # nothing older may follow
    digests: dict[int, bytes] = field(default_factory=dict)
    inbox: deque[Transition] = field(default_factory=deque)
    wishes: dict[int, Wish] = field(default_factory=dict)
    asked: int = 0
    watched: int = 0
    own: list[tuple[str, Tx]] = field(default_factory=list)
    limited: bool = False  # its token will be over, or is
    expires: float | None = None
    counts: Counter[str] = field(default_factory=Counter)
    ordered: bool = True  # no commits are lost, so time may not go backwards

    def is_over(self, now: float) -> bool:
        """Whether its token is, though nobody may have told it yet."""
        return self.expires is not None and self.expires <= now

    def receive(self, transition: Transition) -> None:
        """A Transition is on its way."""
        self.inbox.append(transition)
        self.counts["slow reader"] += len(self.inbox) == 2
        if len(self.inbox) > 2:
            raise Violation("more than two unsent Transitions")

    def apply(self) -> None:
        """Take the oldest Transition."""
        transition = self.inbox.popleft()
        if (transition.start, transition.end) != (self.version, self.version + 1):
            raise Violation("versions don't chain")
        self.version = transition.end
        if not self.acknowledged <= transition.revision <= self.revision:
            raise Violation("a revision nobody asked for, or an older one")
        self.acknowledged = transition.revision
        for result in transition.results:
            if result.query_id in self.watching:
                self._show(result)
        for completed in transition.completed:
            self._complete(completed)
        for shown in self.view.values():
            self._check_own_writes(shown)

    def _show(self, result: QueryResult) -> None:
        query_id, payload = result.query_id, result.answer.payload
        self._count_loss_of_permission(query_id, payload)
        if result.unchanged and result.answer.digest != self.digests.get(query_id):
            raise Violation("said to be unchanged but is not")
        if isinstance(payload, Payload):
            kind = self.watching[query_id].kind
            if payload.user is not None and (payload.user != self.user or kind == "leaky"):
                raise Violation("somebody else's result")
        elif not isinstance(payload, CoreError):
            raise Violation(f"an error that is over soon: {payload}")
        self._check_not_backwards(self.compared.get(query_id), payload)
        self.view[query_id] = self.compared[query_id] = payload
        self.digests[query_id] = result.answer.digest

    def _count_loss_of_permission(self, query_id: int, new: object) -> None:
        old = self.view.get(query_id)
        if isinstance(old, Payload) and isinstance(new, Payload) and old.value != new.value == REFUSED:
            self.counts["permission lost while subscribed"] += 1

    def _complete(self, completed: MutationOutcome) -> None:
        assert isinstance(completed.request_id, int)
        wish = self.wishes.pop(completed.request_id, None)
        if wish is None:
            raise Violation("completed twice")
        if any(request < completed.request_id for request in self.wishes):
            raise Violation("completed out of order")
        assert isinstance(completed.outcome, Tx)
        self.counts["mutation acknowledged"] += 1
        self.own.append((wish.service, completed.outcome))

    def _check_not_backwards(self, old: object, new: object) -> None:
        if not (self.ordered and isinstance(old, Payload) and isinstance(new, Payload)):
            return
        for ours in new.reads:
            for theirs in old.reads:
                same = ours.evidence.service == theirs.evidence.service
                if same and ours.position < theirs.position:
                    raise Violation("backwards")

    def _check_own_writes(self, shown: object) -> None:
        if not isinstance(shown, Payload):
            return
        for service, tx in self.own:
            for read in shown.reads if not tx.lost else ():
                evidence = read.evidence
                if evidence.service == service and touches(evidence.keys, tx.exact):
                    seen = evidence.snapshot.sees(tx.xid) if evidence.epoch == tx.epoch else None
                    missing = seen is False or (seen is None and read.position < tx.position)
                    if missing and not shown.same_since(service, tx.position):
                        raise Violation("an own write is missing")
