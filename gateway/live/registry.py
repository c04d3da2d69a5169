"""The live queries: who watches them, what hits them, and whether a result may be shown."""

from collections.abc import Callable, Iterable

from gateway.live.context import Context
from gateway.live.entry import Entry, Run, older
from gateway.live.index import MatchIndex
from gateway.live.log import not_visible
from gateway.live.messages import Answer, Change, CoreError, Query, ReadSet, RunResult, WriteSet
from gateway.live.scheduler import Scheduler
from gateway.live.services import Services
from gateway.live.session import Subscription
from gateway.live.verdict import Verdict, judge

_NOTHING = ReadSet(())
_ANY_SERVICE = ""  # of queries whose runs ask whichever services they like


class Registry:
    """Entries by query, matched against changes, judged when a run ends.

    `notify` is called for each subscription that may have something new to show.
    """

    def __init__(
        self,
        context: Context,
        services: Services,
        scheduler: Scheduler,
        notify: Callable[[Subscription], None],
    ) -> None:
        self._context = context
        self._services = services
        self._scheduler = scheduler
        self._notify = notify
        self._entries: dict[Query, Entry] = {}
        self._index = MatchIndex()
        self._failing: dict[str, dict[Entry, None]] = {}

    # Who watches

    def watch(self, subscription: Subscription, query: Query) -> None:
        """Give the subscription its entry, one for all who ask the same."""
        if not self._context.on("scope"):
            query = Query(query.service, query.method, query.request)
        entry = self._entries.get(query)
        if entry is None:
            entry = self._entries[query] = Entry(query)
        entry.idle_since = None
        entry.subscriptions[subscription] = None
        subscription.entry = entry
        if entry.stale and entry.answer is not None:
            subscription.after_run = max(subscription.after_run, entry.answer.run_id)
        if entry.run is not None and not self._context.on("no_joining"):
            subscription.after_run = min(subscription.after_run, entry.run.run_id - 1)
        self._scheduler.consider(entry)

    def rename(self, subscription: Subscription, query: Query) -> None:
        """Give the subscription the entry of `query`, which takes over the old answer if it has none."""
        old = subscription.entry
        if old is None or old.query == query:
            return
        entry = self._entries.setdefault(query, Entry(query))
        if old.answer is not None:
            self._take_over(subscription, entry, old, old.answer)
        self.leave(subscription)
        self.watch(subscription, query)

    def _take_over(self, subscription: Subscription, entry: Entry, old: Entry, sent: Answer) -> None:
        """What was sent is not followed by something older."""
        if entry.answer is not None and older(entry.answer.reads, sent.reads) and self._context.on("rename"):
            subscription.after_run = max(subscription.after_run, entry.answer.run_id)
            if older(sent.reads, entry.answer.reads):
                return  # of several services: neither is newer
        elif entry.answer is not None:
            return
        if entry.answer is None and old.run is None:
            entry.started_at, entry.took = old.started_at, old.took  # its run counts for the pace
        entry.answer, entry.stale = sent, old.stale
        entry.dirty = old.stale or old.dirty
        self._index.put(entry, sent.reads)
        for other in entry.subscriptions:
            self._notify(other)

    def leave(self, subscription: Subscription) -> None:
        """Take it back; an entry without subscribers is dropped a little later."""
        entry = subscription.entry
        if entry is None:
            return
        entry.subscriptions.pop(subscription, None)
        entry.waiters.pop(subscription, None)
        if not entry.subscriptions and entry.idle_since is None:
            since = entry.idle_since = self._context.now
            self._context.at(since + self._context.limits.idle, lambda: self._drop_idle(entry, since))

    def _drop_idle(self, entry: Entry, since: float) -> None:
        if entry.idle_since != since or not self._context.on("drop_idle"):
            return
        entry.dropped = True
        self._entries.pop(entry.query, None)
        self._index.drop(entry)
        self._not_failing(entry)

    # What hits

    def changed(self, service: str, epoch: int, changes: Iterable[Change]) -> None:
        """These changes are new in a service's log."""
        hit: dict[Entry, None] = {}
        for change in changes:
            write = WriteSet(service, epoch, change.xid, change.keys)
            for entry in self._index.hit_by(service, change.keys):
                if entry not in hit and self._misses(entry, write):
                    hit[entry] = None
        self._outdate(list(hit))

    def wrote(self, write: WriteSet) -> None:
        """A mutation wrote this, whether or not the log has it yet."""
        hit = dict.fromkeys(self._index.hit_by(write.service, write.keys))
        self._outdate([entry for entry in hit if self._misses(entry, write)])

    def resync(self, service: str) -> None:
        """The log of this service begins anew: whatever it can't vouch for is stale."""
        log = self._services.log(service)
        self._outdate(
            [
                entry
                for entry in self._index.of_service(service)
                if entry.answer is None
                or any(
                    read.service == service and (read.epoch != log.epoch or read.head < log.base)
                    for read in entry.answer.reads.reads
                )
            ]
        )

    def came_back(self, service: str) -> None:
        """A service is heard again after silence: what failed need not wait any longer."""
        for entry in (*self._failing.get(service, ()), *self._failing.get(_ANY_SERVICE, ())):
            entry.retry_at = self._context.now
            self._scheduler.consider(entry)

    def _misses(self, entry: Entry, write: WriteSet) -> bool:
        """Whether the entry has to run for this write. A run under way is judged when it ends."""
        if entry.stale or entry.answer is None:
            return False
        if not self._context.on("snapshot_check"):
            return True
        return any(not_visible(read, write) for read in entry.answer.reads.reads)

    def _outdate(self, entries: list[Entry]) -> None:
        limits = self._context.limits
        window = 0.0
        if len(entries) > limits.splay_from and self._context.on("splay"):
            window = min(len(entries) * limits.splay_each, limits.splay_most)
        for entry in entries:
            entry.stale = True
            if entry.run is not None:
                continue  # its end is checked against all that is known by then
            entry.splay_until = self._context.now + window * self._context.random() if window else 0.0
            entry.spread = bool(window)
            self._scheduler.want(entry)

    # When a run ends

    def run_finished(self, run_id: int, result: RunResult) -> None:
        """Show the result, or don't; run again, or don't. Unknown ids are ignored."""
        run = self._scheduler.finish(run_id)
        if run is None or run.entry.dropped:
            return
        entry = run.entry
        if result.reads is None:
            self._failed(run, result)
            return
        for read in result.reads.reads:
            if self._services.met(read):
                self.resync(read.service)
                self.came_back(read.service)
        verdict = judge(self._context, self._services, entry, run, result.reads)
        if verdict is Verdict.BACKWARDS:
            self._retry_later(run, ())
        elif verdict is Verdict.TOO_OLD:
            self._scheduler.want(entry, entry.urgent)
        else:
            self._accept(run, result, result.reads, verdict is Verdict.STALE)

    def _accept(self, run: Run, result: RunResult, reads: ReadSet, stale: bool) -> None:
        entry, old = run.entry, run.entry.answer
        self._index.put(entry, reads)
        entry.answer = self._answer(run, result, reads)
        entry.failure = None
        entry.stale = stale
        told = entry.waiters
        if old is None or old.digest != entry.answer.digest or not self._context.on("digest"):
            told = entry.subscriptions
        if reads.incomplete and self._context.on("incomplete"):
            entry.stale = True
            self._retry_later(run, reads.incomplete)
        else:
            self._not_failing(entry)
            if stale:
                self._scheduler.want(entry, entry.urgent)
            elif entry.dirty:
                self._scheduler.consider(entry)
            else:
                entry.urgent = False
        self._tell(entry, told)

    def _answer(self, run: Run, result: RunResult, reads: ReadSet) -> Answer:
        if reads.personal and run.entry.query.scope is None and self._context.on("personal"):
            error = CoreError("PERSONAL_RESULT", "The method is declared shared but its result is personal.")
            return Answer(run.run_id, error, error.code.encode(), True, reads)
        return Answer(run.run_id, result.payload, result.digest, result.error, reads)

    def _failed(self, run: Run, result: RunResult) -> None:
        entry = run.entry
        if not self._context.on("failed_is_dirty"):
            entry.stale = False
            return
        self._retry_later(run, ())
        if self._context.now - entry.failing_since >= self._context.limits.error_after:
            entry.failure = Answer(run.run_id, result.payload, result.digest, True, _NOTHING)
        self._tell(entry, entry.waiters)

    def _retry_later(self, run: Run, also: tuple[str, ...]) -> None:
        """Again after a while, or as soon as one of the services concerned is heard again after silence."""
        entry = run.entry
        if not entry.failures:
            entry.failing_since = run.started_at
        entry.failures += 1
        entry.retry_at = self._context.now + self._context.backoff(
            entry.failures, self._context.limits.retry_most
        )
        for service in (entry.query.service, *also):
            self._failing.setdefault(service, {})[entry] = None
        self._scheduler.want(entry, entry.urgent)

    def _not_failing(self, entry: Entry) -> None:
        if entry.failures:
            entry.failures = 0
            entry.retry_at = 0.0
            for entries in self._failing.values():
                entries.pop(entry, None)

    def _tell(self, entry: Entry, subscriptions: dict[Subscription, None]) -> None:
        told = list(subscriptions)
        entry.waiters.clear()
        for subscription in told:
            self._notify(subscription)
