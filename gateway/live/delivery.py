"""When a session is sent something, and what goes together."""

from functools import partial

from gateway.live.context import Context
from gateway.live.messages import Answer, Close, MutationOutcome, QueryResult, Send, Transition
from gateway.live.session import Finished, Session, Subscription
from gateway.live.visibility import Visibility

_Ready = dict[Subscription, Answer]


class Delivery:
    """Builds Transitions. Only sessions for which something happened are looked at."""

    def __init__(self, context: Context, visibility: Visibility) -> None:
        self._context = context
        self._visibility = visibility
        self._touched: list[Session] = []
        self.closing: list[Session] = []

    def notify(self, subscription: Subscription) -> None:
        """There may be something new to show for this query."""
        subscription.session.changed[subscription] = None
        self.touch(subscription.session)

    def touch(self, session: Session) -> None:
        """Look at this session before effects are taken."""
        if not session.touched:
            session.touched = True
            self._touched.append(session)

    def begin(self, subscription: Subscription) -> None:
        """A query that has not been answered yet."""
        session, now = subscription.session, self._context.now
        session.fresh[subscription] = None
        if session.first_until is None or session.first_until <= now:
            session.first_until = now + self._context.limits.first_hold
            self._context.at(session.first_until, partial(self.touch, session))
        self.notify(subscription)

    def flush(self) -> None:
        """Send what can be sent."""
        touched, self._touched = self._touched, []
        for session in touched:
            session.touched = False
            if not session.gone and not session.is_over(self._context.now):
                self._flush(session)

    def _flush(self, session: Session) -> None:
        if len(session.unsent) >= self._context.limits.unsent and self._context.on("unsent_bound"):
            return
        if session.writes:
            self._visibility.forget_old_writes(session)
        completed = self._completed(session) if session.finished else []
        released = {one: None for finished in completed for one in finished.touched} if completed else {}
        first_open = not session.fresh or bool(completed) or self._first_open(session)
        ready = self._ready(session, first_open, released)
        revised = first_open and session.revision > session.revision_sent
        if not (ready or completed or revised):
            session.hold_until = None
        elif completed or revised or not self._hold(session, ready):
            self._send(session, ready, completed, session.revision if revised else session.revision_sent)

    def _completed(self, session: Session) -> list[Finished]:
        """Outcomes that are shown by everything they touched, in order."""
        completed = []
        while session.finished and self._visibility.is_complete(session, session.finished[0]):
            finished = session.finished.pop(0)
            session.under_way.discard(finished.request_id)
            session.writes.extend(finished.writes)
            for subscription in finished.touched:
                if session.subscriptions.get(subscription.query_id) is subscription:
                    session.changed[subscription] = None
            completed.append(finished)
        return completed

    def _first_open(self, session: Session) -> bool:
        """Whether first answers may go: all are there, or were waited for long enough."""
        if session.first_until is None or not self._context.on("first_hold"):
            return True
        if self._context.now >= session.first_until:
            return True
        return all(
            self._visibility.of(subscription) is not None
            or (subscription.entry is not None and subscription.entry.failures > 0)
            for subscription in session.fresh
        )

    def _ready(self, session: Session, first_open: bool, released: dict[Subscription, None]) -> _Ready:
        """What differs from what was sent and may go now; the rest is noted for later.

        `released` goes with the outcome of a mutation that touched it, whatever later ones it awaits.
        """
        ready: _Ready = {}
        for subscription in tuple(session.changed):
            answer = self._visibility.of(subscription)
            if answer is None:
                del session.changed[subscription]  # a run will tell
            elif answer.digest == subscription.sent and self._context.on("digest"):
                del session.changed[subscription]
                session.fresh.pop(subscription, None)
            elif (first_open or subscription not in session.fresh) and (
                not session.finished or subscription in released or not _is_withheld(subscription, answer)
            ):
                ready[subscription] = answer
        return ready

    def _hold(self, session: Session, ready: _Ready) -> bool:
        """Whether to wait a moment for other results, so that one change arrives in one Transition."""
        if len(ready) == len(session.subscriptions) and session.running is None:
            return False  # there is nothing to wait for
        now = self._context.now
        if not self._context.on("hold"):
            return False
        if session.fresh and any(subscription in session.fresh for subscription in ready):
            return False
        until = session.hold_until
        if until is None:
            until = now + self._context.limits.hold
        if now >= until or not self._expects_more(session, ready, until):
            return False
        if session.hold_until is None:
            session.hold_until = until
            self._context.at(until, partial(self.touch, session))
        return True

    @staticmethod
    def _expects_more(session: Session, ready: _Ready, until: float) -> bool:
        if session.running is not None:
            return True
        for subscription in session.subscriptions.values():
            entry = subscription.entry
            if entry is None or subscription in ready or subscription in session.fresh:
                continue
            if entry.expected_by(until):
                entry.waiters[subscription] = None
                return True
        return False

    def _send(self, session: Session, ready: _Ready, completed: list[Finished], revision: int) -> None:
        results = []
        for subscription, answer in ready.items():
            unchanged = subscription.seen == answer.digest
            results.append(QueryResult(subscription.query_id, answer, unchanged))
            subscription.seen = None
            subscription.sent = answer.digest
            del session.changed[subscription]
            session.fresh.pop(subscription, None)
        start = session.version
        session.version = start + 1
        session.revision_sent = revision
        session.hold_until = None
        outcomes = tuple([MutationOutcome(each.request_id, each.outcome) for each in completed])
        transition = Transition(start, start + 1, tuple(results), outcomes, revision)
        self._context.effects.append(Send(session.name, transition))
        session.unsent.append(self._context.now)
        if not session.stall_timer:
            self._watch_stall(session)

    def _watch_stall(self, session: Session) -> None:
        """Close a session that does not take what it is sent."""
        session.stall_timer = False
        if session.gone or not session.unsent:
            return
        due = session.unsent[0] + self._context.limits.unsent_for
        if due <= self._context.now:
            self.closing.append(session)
            self._context.effects.append(Close(session.name, "does not read"))
            return
        session.stall_timer = True
        self._context.at(due, partial(self._watch_stall, session))


def _is_withheld(subscription: Subscription, answer: Answer) -> bool:
    """What a mutation touched is shown with its outcome, not before."""
    for mutation in subscription.session.finished:
        if subscription in mutation.touched:
            return True
        if not mutation.is_in(answer):
            mutation.touched[subscription] = None  # the answer reads something else than when it finished
            return True
    return False
