"""When an entry runs: at once after quiet, paced when it changes all the time, later after failures."""

from gateway.live.context import Context
from gateway.live.entry import Entry, Run
from gateway.live.lanes import Lane
from gateway.live.messages import StartRun
from gateway.live.session import Session


class Scheduler:
    """Turns "this entry wants a run" into StartRun effects."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lanes: dict[tuple[str, bool], Lane] = {}
        self._ready: dict[Lane, None] = {}  # lanes in which something may start
        self._runs: dict[int, Run] = {}
        self.last_run = 0

    def want(self, entry: Entry, urgent: bool = False) -> None:
        """A run that starts from now on is needed."""
        entry.dirty = True
        entry.urgent = entry.urgent or urgent
        if urgent and entry.spread and entry.queued:
            self._queue(entry)  # once more, where there are fewer before it
        self.consider(entry)

    def consider(self, entry: Entry) -> None:
        """Queue the entry, or set a timer, if it is dirty and somebody watches it."""
        if entry.run is not None or entry.queued or entry.dropped:
            return
        if not entry.dirty or not entry.subscriptions:
            return
        due = self._due(entry)
        if due <= self._context.now:
            self._queue(entry)
        elif entry.timer_at is None or due < entry.timer_at:
            entry.timer_at = due
            self._context.at(due, lambda: self._timer(entry, due))

    def start_ready(self) -> None:
        """Start what may start."""
        while self._ready:
            lane = next(iter(self._ready))
            del self._ready[lane]
            while (taken := lane.take()) is not None:
                entry, owner = taken
                session = _runner(entry, self._context.now)
                if entry.dirty and entry.run is None and session is not None:
                    self._start(entry, owner, session, lane)
                else:
                    lane.release(owner)

    def finish(self, run_id: int) -> Run | None:
        """The run with this id is over; None if it is unknown."""
        run = self._runs.pop(run_id, None)
        if run is None:
            return None
        run.entry.run = None
        run.entry.took = self._context.now - run.started_at
        run.lane.release(run.owner)
        self._ready[run.lane] = None
        return run

    def _queue(self, entry: Entry) -> None:
        entry.spread = entry.spread and not entry.urgent and self._context.on("spread")
        lane = self._lane(entry.query.service, entry.spread)
        lane.put(entry, self._owner(entry))
        self._ready[lane] = None

    def _start(self, entry: Entry, owner: str | None, session: Session, lane: Lane) -> None:
        self.last_run += 1
        now = self._context.now
        run = entry.run = Run(self.last_run, entry, owner, now, lane)
        self._runs[run.run_id] = run
        entry.dirty = entry.urgent = False  # before anything is read: what comes now asks for another run
        entry.splay_until = 0.0
        entry.spread = False
        entry.started_at = now
        principal = session.identity.principal if session.identity else None
        self._context.effects.append(StartRun(run.run_id, entry.query, principal))

    def _due(self, entry: Entry) -> float:
        due = entry.started_at + self._interval(entry)
        if not entry.urgent:
            due = max(due, entry.splay_until)
        return max(due, entry.retry_at)

    def _interval(self, entry: Entry) -> float:
        """How long after a run's start the next may start.

        Whoever waits for their own write waits no longer than it costs to run and to tell everyone.
        """
        limits = self._context.limits
        if not self._context.on("min_interval"):
            return 0.0
        if entry.urgent:
            return max(entry.took, limits.send_cost * len(entry.subscriptions))
        paced = min(limits.interval_factor * entry.took, max(limits.interval_most, entry.took))
        return max(limits.min_interval, paced)

    def _timer(self, entry: Entry, at: float) -> None:
        if entry.timer_at == at:
            entry.timer_at = None
            self.consider(entry)

    def _lane(self, service: str, spread: bool) -> Lane:
        lane = self._lanes.get((service, spread))
        if lane is None:
            limits, on = self._context.limits, self._context.on
            per_service = limits.runs_spread if spread else limits.runs_per_service
            per_service = per_service if on("service_bound") else 1 << 30
            per_session = limits.runs_per_session if on("session_bound") else 1 << 30
            lane = self._lanes[service, spread] = Lane(per_service, per_session)
        return lane

    @staticmethod
    def _owner(entry: Entry) -> str | None:
        if len(entry.subscriptions) > 1:
            return None
        return next(iter(entry.subscriptions)).session.name


def _runner(entry: Entry, now: float) -> Session | None:
    """On whose behalf to run: the newest subscriber whose token is not over."""
    for subscription in reversed(entry.subscriptions):
        if not subscription.session.is_over(now):
            return subscription.session
    return None
