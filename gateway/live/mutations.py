"""A session's mutations: one at a time, in order, and what they wrote."""

from collections.abc import Hashable

from gateway.live.context import Context
from gateway.live.delivery import Delivery
from gateway.live.keys import touches
from gateway.live.messages import CoreError, StartMutation, WriteSet
from gateway.live.registry import Registry
from gateway.live.scheduler import Scheduler
from gateway.live.services import Services
from gateway.live.session import Finished, OwnWrite, Session, Subscription


class Mutations:
    """Starts mutations and takes note of their outcomes."""

    def __init__(
        self,
        context: Context,
        services: Services,
        scheduler: Scheduler,
        registry: Registry,
        delivery: Delivery,
    ) -> None:
        self._context = context
        self._services = services
        self._scheduler = scheduler
        self._registry = registry
        self._delivery = delivery

    def add(self, session: Session, request_id: Hashable, call: object) -> None:
        """Queue a mutation."""
        if request_id in session.under_way:
            return
        session.under_way.add(request_id)
        if len(session.waiting) >= self._context.limits.mutations:
            error = CoreError("TOO_MANY_MUTATIONS", "Too many mutations of this session are waiting.")
            session.finished.append(Finished(request_id, error))
            self._delivery.touch(session)
            return
        session.waiting.append((request_id, call))
        self.start_next(session)

    def start_next(self, session: Session) -> None:
        """Start the next one, unless one is under way or the session's token is over."""
        if session.is_over(self._context.now):
            return
        if session.running is not None and self._context.on("fifo"):
            return
        if session.waiting:
            session.running, call = session.waiting.pop(0)
            self._context.effects.append(StartMutation(session.name, session.running, call))

    def wrote(self, writes: tuple[WriteSet, ...]) -> None:
        """Invalidate by a write set, without waiting for the bus."""
        if not self._context.on("direct"):
            return
        for write in writes:
            self._services.remember(write, self._scheduler.last_run)
            self._registry.wrote(write)

    def finish(
        self, session: Session, request_id: Hashable, outcome: object, writes: tuple[WriteSet, ...]
    ) -> None:
        """The outcome of a mutation of this session, whose writes have been noted already."""
        if session.running != request_id and self._context.on("fifo"):
            return  # started for an earlier connection of that name
        session.running = None
        last_run, now = self._scheduler.last_run, self._context.now
        after_run = last_run if self._context.on("own_write_epoch") else 0
        own = tuple(OwnWrite(write, after_run, now) for write in writes)
        touched = {
            subscription: None
            for subscription in session.subscriptions.values()
            if _is_touched(subscription, writes)
        }
        session.finished.append(Finished(request_id, outcome, own, touched))
        self._delivery.touch(session)
        self.start_next(session)


def _is_touched(subscription: Subscription, writes: tuple[WriteSet, ...]) -> bool:
    entry = subscription.entry
    if entry is None or entry.answer is None:
        return False
    incomplete = entry.answer.reads.incomplete
    return any(write.service in incomplete or touches(entry.keys, write.keys) for write in writes)
