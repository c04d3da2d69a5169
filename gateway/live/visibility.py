"""What a session may be shown of an entry."""

from gateway.live.context import Context
from gateway.live.entry import Entry, includes
from gateway.live.messages import Answer
from gateway.live.scheduler import Scheduler
from gateway.live.session import Finished, Session, Subscription


class Visibility:
    """Floors after a reconnect, and own writes."""

    def __init__(self, context: Context, scheduler: Scheduler) -> None:
        self._context = context
        self._scheduler = scheduler

    def of(self, subscription: Subscription) -> Answer | None:
        """What may be shown now; if that is nothing, a run is under way which changes this, and will tell."""
        entry = subscription.entry
        if entry is None:
            return subscription.refused
        answer = entry.answer
        if (
            answer is not None
            and answer.run_id > subscription.after_run
            and self._has_own_writes(subscription.session, entry, answer)
        ):
            return answer
        entry.waiters[subscription] = None
        self._make_sure_it_runs(entry, subscription.after_run)
        return self._failure(subscription, entry)

    def is_complete(self, session: Session, finished: Finished) -> bool:
        """Whether everything that a mutation touched shows it.

        A query without answer is only waited for if the client still shows an answer from before: nobody
        knows whether the mutation touched that.
        """
        if not self._context.on("own_write_wait"):
            return True
        finished.touched.update({one: None for one in session.fresh if _shows_older(one)})
        unsettled = [one for one in finished.touched if not self._is_settled(one, finished)]
        return not unsettled

    def forget_old_writes(self, session: Session) -> None:
        """Own writes that are many or long ago become one floor."""
        limits = self._context.limits
        since = self._context.now - limits.own_writes_for
        while session.writes and (len(session.writes) > limits.own_writes or session.writes[0].at < since):
            after_run = session.writes.pop(0).after_run
            if self._context.on("write_floor"):
                session.write_floor = max(session.write_floor, after_run)

    def _failure(self, subscription: Subscription, entry: Entry) -> Answer | None:
        """The error to show for want of an answer. An older answer is not given up for it so soon."""
        failing = self._context.now - entry.failing_since
        if _shows_older(subscription) and failing < self._context.limits.error_instead_after:
            return None
        return entry.failure

    def _is_settled(self, subscription: Subscription, finished: Finished) -> bool:
        session, entry = subscription.session, subscription.entry
        if entry is None or session.subscriptions.get(subscription.query_id) is not subscription:
            return True
        answer = self.of(subscription)
        if answer is None:
            return False
        if self._failure(subscription, entry) is not None or finished.is_in(answer):
            return True
        entry.waiters[subscription] = None
        self._make_sure_it_runs(entry, subscription.after_run)
        return False

    def _has_own_writes(self, session: Session, entry: Entry, answer: Answer) -> bool:
        if not session.writes and answer.run_id > session.write_floor:
            return True
        if not self._context.on("later_answers"):
            return True
        if answer.run_id <= session.write_floor and entry.stale:
            return False
        return all(includes(answer, own.write, own.after_run) for own in session.writes)

    def _make_sure_it_runs(self, entry: Entry, after_run: int) -> None:
        if entry.run is None:
            if not entry.dirty or not entry.urgent:
                self._scheduler.want(entry, urgent=True)
        elif entry.run.run_id <= after_run:
            entry.dirty = entry.urgent = True
        else:
            entry.urgent = True  # in case the run that is under way does not do


def _shows_older(subscription: Subscription) -> bool:
    return subscription.session.resumed or subscription.sent is not None or subscription.seen is not None
