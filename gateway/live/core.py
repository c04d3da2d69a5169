"""The live core: messages in, decisions out. No socket, no clock, no awaits.

The driver calls one method per thing that happened, with its own monotonic `now`, and afterwards carries out
`take_effects()`; several calls may go before one `take_effects()` (what they caused is then merged). It calls
`tick(now)` at `next_wake()`. Nothing here raises for what a client or a service does.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping

from gateway.live.context import Context
from gateway.live.delivery import Delivery
from gateway.live.limits import Limits
from gateway.live.messages import Change, Close, Effect, Expired, Identity, Query, RunResult, WriteSet
from gateway.live.mutations import Mutations
from gateway.live.registry import Registry
from gateway.live.scheduler import Scheduler
from gateway.live.services import News, Services
from gateway.live.session import Session
from gateway.live.subscriptions import Subscriptions
from gateway.live.visibility import Visibility


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
        self._context = Context(limits, random, now, disabled)
        self._sessions: dict[str, Session] = {}
        self._services = Services(self._context, services)
        self._scheduler = Scheduler(self._context)
        self._delivery = Delivery(self._context, Visibility(self._context, self._scheduler))
        self._registry = Registry(self._context, self._services, self._scheduler, self._delivery.notify)
        self._subscriptions = Subscriptions(self._context, self._scheduler, self._registry, self._delivery)
        self._mutations = Mutations(
            self._context, self._services, self._scheduler, self._registry, self._delivery
        )

    # Sessions

    def connect(self, session: str, identity: Identity | None, resumed: bool, now: float) -> None:
        """A session begins. `resumed`: its client has seen results before, wherever that was."""
        self._at(now)
        self._forget(session)
        if len(self._sessions) >= self._context.limits.sessions:
            self._context.effects.append(Close(session, "too many sessions"))
            return
        floor = self._scheduler.last_run if resumed and self._context.on("floor") else 0
        begun = self._sessions[session] = Session(session, None, resumed, floor)
        self._identify(begun, identity)

    def disconnect(self, session: str, now: float) -> None:
        """The session is over (unknown: ignored). Mutations not yet started are dropped."""
        self._at(now)
        self._forget(session)

    def identify(
        self, session: str, identity: Identity | None, queries: Mapping[int, Query], now: float
    ) -> None:
        """Signed in, refreshed or signed out.

        `queries` are the session's queries as they are under the new identity, as far as they differ (scope).
        Personal queries of another scope that are not among them become errors. Same scope: nothing re-runs.
        """
        self._at(now)
        known = self._sessions.get(session)
        if known is None:
            return
        self._identify(known, identity)
        self._subscriptions.rescope(known, queries)
        self._mutations.start_next(known)

    def subscribe(
        self, session: str, query_id: int, query: Query, seen_digest: bytes | None, now: float
    ) -> None:
        """Watch a query under an id of the client's (an id in use is replaced).

        With `seen_digest` (the client resumes) only a run started from now on counts, and an answer with
        that digest comes as `unchanged`.
        """
        self._at(now)
        known = self._sessions.get(session)
        if known is not None and not self._subscriptions.add(known, query_id, query, seen_digest):
            self._context.effects.append(Close(session, "too many queries"))
            self._forget(session)

    def rename(self, session: str, query_id: int, query: Query, now: float) -> None:
        """The answer that was sent is also that of `query`, which is watched from now on.

        Nothing is sent or run again for that. For queries that after their first run are to be asked
        differently, such as a page that has to keep its end.
        """
        self._at(now)
        known = self._sessions.get(session)
        if known is not None:
            self._subscriptions.rename(known, query_id, query)

    def unsubscribe(self, session: str, query_id: int, now: float) -> None:
        """Stop watching; unknown ids are ignored."""
        self._at(now)
        known = self._sessions.get(session)
        if known is not None:
            self._subscriptions.remove(known, query_id)

    def revise(self, session: str, revision: int, now: float) -> None:
        """Ask for a Transition with this `revision`, even an empty one, once all queries have answers."""
        self._at(now)
        known = self._sessions.get(session)
        if known is not None:
            known.revision = revision
            self._delivery.touch(known)

    def drained(self, session: str, now: float) -> None:
        """One Transition of the session has left."""
        self._at(now)
        known = self._sessions.get(session)
        if known is not None and known.unsent:
            known.unsent.pop(0)
            if known.changed or known.finished or known.revision > known.revision_sent:
                self._delivery.touch(known)

    def progressed(self, session: str, now: float) -> None:
        """Part of a Transition has left: the session takes what it is sent, if slowly."""
        self._at(now)
        known = self._sessions.get(session)
        if known is not None:
            known.unsent = [self._context.now for _ in known.unsent]

    # Mutations

    def mutate(self, session: str, request_id: Hashable, call: object, now: float) -> None:
        """Queue a mutation: one at a time per session, in order. An id still under way is ignored."""
        self._at(now)
        known = self._sessions.get(session)
        if known is not None:
            self._mutations.add(known, request_id, call)

    def mutation_finished(
        self, session: str, request_id: Hashable, outcome: object, writes: tuple[WriteSet, ...], now: float
    ) -> None:
        """The outcome (result or error) of a StartMutation is known; no `writes` if nothing was written."""
        self.wrote(writes, now)
        known = self._sessions.get(session)
        if known is not None:
            self._mutations.finish(known, request_id, outcome, writes)

    def wrote(self, writes: tuple[WriteSet, ...], now: float) -> None:
        """A mutation wrote this: one of this gateway's, or one that the broker told of before its change."""
        self._at(now)
        self._mutations.wrote(writes)

    # Runs

    def run_finished(self, run_id: int, result: RunResult, now: float) -> None:
        """The end of a StartRun."""
        self._at(now)
        self._registry.run_finished(run_id, result)

    # Services

    def changes(self, service: str, epoch: int, head: int, changes: tuple[Change, ...], now: float) -> None:
        """A bundle from the broker; without changes a heartbeat."""
        self._at(now)
        self._take_note(service, epoch, self._services.heard(service, epoch, head, changes))

    def repaired(
        self, service: str, epoch: int, head: int, changes: tuple[Change, ...] | None, now: float
    ) -> None:
        """The answer to a Repair; `changes` None: truncated, it can't say what happened since."""
        self._at(now)
        self._take_note(service, epoch, self._services.repaired(service, epoch, head, changes))

    def repair_failed(self, service: str, now: float) -> None:
        """A Repair got no answer; it is asked for again."""
        self._at(now)
        self._services.repair_failed(service)

    # Time

    def tick(self, now: float) -> None:
        """Time has passed."""
        self._at(now)
        self._context.fire()
        while self._delivery.closing:
            self._forget(self._delivery.closing.pop().name)

    def next_wake(self) -> float | None:
        """When `tick` is due; None while nothing is waiting for time. Ask after `take_effects`."""
        return self._context.next_timer()

    def take_effects(self) -> list[Effect]:
        """What has to be done now, in order."""
        self._delivery.flush()
        self._scheduler.start_ready()
        effects, self._context.effects = self._context.effects, []
        return effects

    def _at(self, now: float) -> None:
        self._context.now = max(self._context.now, now)

    def _identify(self, session: Session, identity: Identity | None) -> None:
        session.identity = identity
        session.valid_until = float("inf")
        if identity is None or identity.expires is None:
            return
        if self._context.on("expiry"):
            session.valid_until = identity.expires
        self._watch_expiry(session, identity, identity.expires)

    def _watch_expiry(self, session: Session, identity: Identity, expires: float) -> None:
        """Say when the token is over. In steps, for a timer keeps what it is about in memory."""
        if session.identity is not identity or session.gone:
            return
        if expires <= self._context.now:
            self._context.effects.append(Expired(session.name))
        else:
            look = min(expires, self._context.now + self._context.limits.gone)
            self._context.at(look, lambda: self._watch_expiry(session, identity, expires))

    def _forget(self, name: str) -> None:
        session = self._sessions.pop(name, None)
        if session is not None:
            session.gone = True
            self._subscriptions.remove_all(session)

    def _take_note(self, service: str, epoch: int, news: News) -> None:
        if news.anew:
            self._registry.resync(service)
        else:
            self._registry.changed(service, epoch, news.changes)
        if news.back:
            self._registry.came_back(service)
