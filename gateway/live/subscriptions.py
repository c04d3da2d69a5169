"""Which queries a session watches, and as whom."""

from collections.abc import Mapping

from gateway.live.context import Context
from gateway.live.delivery import Delivery
from gateway.live.messages import Answer, CoreError, Query, ReadSet
from gateway.live.registry import Registry
from gateway.live.scheduler import Scheduler
from gateway.live.session import Session, Subscription


class Subscriptions:
    """Connects sessions to entries."""

    def __init__(
        self, context: Context, scheduler: Scheduler, registry: Registry, delivery: Delivery
    ) -> None:
        self._context = context
        self._scheduler = scheduler
        self._registry = registry
        self._delivery = delivery

    def add(self, session: Session, query_id: int, query: Query, seen: bytes | None) -> bool:
        """Watch; false if the session has far too many queries."""
        self.remove(session, query_id)
        after_run = session.after_run
        if seen is not None and self._context.on("floor"):
            after_run = self._scheduler.last_run
        subscription = Subscription(session, query_id, after_run, seen=seen)
        self._begin(subscription, query)
        return len(session.subscriptions) <= 2 * self._context.limits.queries

    def rename(self, session: Session, query_id: int, query: Query) -> None:
        """Watch under another name what is watched already, with the answer that is there."""
        subscription = session.subscriptions.get(query_id)
        if subscription is not None and subscription.entry is not None:
            self._registry.rename(subscription, query)
            self._delivery.notify(subscription)

    def remove(self, session: Session, query_id: int) -> None:
        """Stop watching."""
        subscription = session.subscriptions.pop(query_id, None)
        if subscription is not None:
            self._registry.leave(subscription)
            session.fresh.pop(subscription, None)
            session.changed.pop(subscription, None)
            self._delivery.touch(session)

    def remove_all(self, session: Session) -> None:
        """The session is over."""
        for subscription in session.subscriptions.values():
            self._registry.leave(subscription)

    def rescope(self, session: Session, queries: Mapping[int, Query]) -> None:
        """The session's identity has changed, or was renewed."""
        for query_id, subscription in tuple(session.subscriptions.items()):
            entry = subscription.entry
            old = entry.query if entry is not None else None
            new = queries.get(query_id, old)
            if new is not None and (new != old or new.scope not in (None, session.scope)):
                self._replace(subscription, new)
            elif entry is not None:
                self._scheduler.consider(entry)  # it may have waited for a token
        self._delivery.touch(session)

    def _replace(self, old: Subscription, query: Query) -> None:
        """The same query for another identity; what was sent stays shown until there is something else."""
        session = old.session
        self.remove(session, old.query_id)
        self._begin(Subscription(session, old.query_id, session.after_run, sent=old.sent), query)

    def _begin(self, subscription: Subscription, query: Query) -> None:
        session = subscription.session
        error = self._refusal(session, query)
        session.subscriptions[subscription.query_id] = subscription
        if error is not None:
            subscription.refused = Answer(0, error, error.code.encode(), True, ReadSet(()))
        else:
            self._registry.watch(subscription, query)
        self._delivery.begin(subscription)

    def _refusal(self, session: Session, query: Query) -> CoreError | None:
        if query.scope is not None and query.scope != session.scope:
            return CoreError("FOREIGN_SCOPE", "The query is somebody else's, or needs somebody signed in.")
        if len(session.subscriptions) >= self._context.limits.queries:
            return CoreError("TOO_MANY_QUERIES", "The session watches too many queries.")
        return None
