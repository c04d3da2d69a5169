"""One live query and what is known of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.live.keys import touches
from gateway.live.messages import Answer, Query, ReadSet, ServiceRead, WriteSet

if TYPE_CHECKING:
    from gateway.live.lanes import Lane
    from gateway.live.session import Subscription


@dataclass(slots=True, eq=False)
class Run:
    """A run under way."""

    run_id: int
    entry: Entry
    owner: str | None  # the session it is charged to; None: shared
    started_at: float
    lane: Lane


@dataclass(slots=True, eq=False)
class Entry:
    """Shared by all who watch the same query.

    `dirty`: a run is wanted that starts from now on. `stale`: the answer is known not to reflect everything.
    """

    query: Query
    subscriptions: dict[Subscription, None] = field(default_factory=dict)
    waiters: dict[Subscription, None] = field(default_factory=dict)  # told of every run's end
    answer: Answer | None = None
    failure: Answer | None = None  # shown where the answer may not be, once runs have failed for long
    keys: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    dirty: bool = True
    stale: bool = True
    urgent: bool = False  # somebody waits for their own write, or for any answer at all
    run: Run | None = None
    queued: bool = False
    failures: int = 0
    failing_since: float = 0.0
    retry_at: float = 0.0
    splay_until: float = 0.0
    spread: bool = False  # hit by a change that hit very many
    started_at: float = float("-inf")
    took: float = 0.0
    timer_at: float | None = None
    idle_since: float | None = None
    dropped: bool = False

    def expected_by(self, deadline: float) -> bool:
        """Whether a run that is under way or about to start should be over by then."""
        if self.run is not None:
            return self.run.started_at + self.took <= deadline
        if not self.dirty or self.failures:
            return False
        return self.queued or (self.timer_at is not None and self.timer_at + self.took <= deadline)


def includes(answer: Answer, write: WriteSet, after_run: int) -> bool:
    """Whether an answer shows a write, or has nothing to do with it.

    Across epochs transaction ids can't be compared: then only a run started after the outcome was known
    will do.
    """
    if write.service in answer.reads.incomplete:
        return False
    for read in answer.reads.reads:
        if read.service != write.service or not touches(read.keys, write.keys):
            continue
        if not (read.snapshot.sees(write.xid) if read.epoch == write.epoch else answer.run_id > after_run):
            return False
    return True


def older(new: ReadSet, old: ReadSet) -> bool:
    """Whether anything in the new read set was read in an older state of a service than in the old one."""
    return any(
        _older(ours, theirs) for theirs in old.reads for ours in new.reads if ours.service == theirs.service
    )


def _older(ours: ServiceRead, theirs: ServiceRead) -> bool:
    if ours.epoch != theirs.epoch:
        return ours.epoch < theirs.epoch
    return ours.snapshot != theirs.snapshot and not ours.snapshot.covers(theirs.snapshot)
