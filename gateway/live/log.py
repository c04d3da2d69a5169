"""One service's change log as far as this gateway knows it."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.live.keys import EVERYTHING, touches
from gateway.live.limits import Limits
from gateway.live.messages import Change, ServiceRead, WriteSet
from runtime.keys import table_of


@dataclass(slots=True, eq=False)
class DirectWrite:
    """A write set heard from the mutation's own response, before its copy came over the bus."""

    write: WriteSet
    after_run: int  # the newest run when we heard
    at: float
    left: set[str]  # keys the bus has not brought yet

    def heard(self, change: Change) -> bool:
        """The bus brought this; true when it has now brought everything."""
        tables = {table_of(key) for key in change.keys}
        whole = {table_of(key) for key in change.keys if key.endswith("/*")}
        for key in tuple(self.left):
            table = table_of(key)
            if key in change.keys or table in whole or (key.endswith("/*") and table in tables):
                self.left.discard(key)
        return not self.left or EVERYTHING in change.keys


class ServiceLog:
    """Position, ring of recent changes, and writes known before the log has them.

    The ring holds every change after `base` up to `seq`: about anything older it can say nothing.
    """

    def __init__(self, service: str, limits: Limits, now: float, gapless: bool = True) -> None:
        self.service = service
        self.epoch = 0
        self.seq = 0
        self.base = 0
        self.heard_at = now
        self.repairing = False
        self.failures = 0
        self.quiet = True  # not heard from, so entries may be waiting for it to come back
        self._limits = limits
        self._gapless = gapless
        self._ring: deque[Change] = deque()
        self._ring_keys = 0
        self._direct: dict[tuple[int, int], DirectWrite] = {}
        self._direct_floor = 0

    def adopt(self, epoch: int, position: int) -> None:
        """Start anew: from here on we know everything, of before nothing."""
        self.epoch = epoch
        self.seq = self.base = position
        self._ring.clear()
        self._ring_keys = 0
        self._direct = {at: direct for at, direct in self._direct.items() if at[0] >= epoch}

    def extend(self, changes: Iterable[Change]) -> list[Change]:
        """Append what follows without a gap, ignore what is known; gives what was appended."""
        new = []
        for change in changes:
            if change.seq == self.seq + 1 or (change.seq > self.seq and not self._gapless):
                self._append(change)
                new.append(change)
        return new

    def remember(self, write: WriteSet, after_run: int, now: float) -> None:
        """A write known from its mutation's response."""
        direct = DirectWrite(write, after_run, now, set(write.keys))
        self._direct[write.epoch, write.xid] = direct
        self.forget(now)

    def forget(self, now: float) -> None:
        """Drop writes that are many or long ago: their copies may have come before the response.

        What may not have seen them is what ran before they were known, and that is not believed any more.
        """
        while self._direct:
            at, oldest = next(iter(self._direct.items()))
            if len(self._direct) <= self._limits.direct and now - oldest.at < self._limits.direct_for:
                break
            del self._direct[at]
            self._direct_floor = max(self._direct_floor, oldest.after_run)

    def missing(self, read: ServiceRead, keys: frozenset[str], run_id: int) -> bool:
        """Whether something known touches these keys of what was read and was not visible to it."""
        if run_id <= self._direct_floor:
            return True
        for change in reversed(self._ring):
            if change.seq <= read.head:
                break
            if not read.snapshot.sees(change.xid) and touches(keys, change.keys):
                return True
        return any(not_visible(read, direct.write) for direct in self._direct.values())

    def _append(self, change: Change) -> None:
        self.seq = change.seq
        self._ring.append(change)
        self._ring_keys += len(change.keys)
        while len(self._ring) > self._limits.ring or self._ring_keys > self._limits.ring_keys:
            dropped = self._ring.popleft()
            self._ring_keys -= len(dropped.keys)
            self.base = dropped.seq
        direct = self._direct.get((self.epoch, change.xid))
        if direct is not None and direct.heard(change):
            del self._direct[self.epoch, change.xid]


def not_visible(read: ServiceRead, write: WriteSet) -> bool:
    """Whether a read would have changed by this write and did not see it.

    A newer epoch's database either has an older epoch's commits or has lost them.
    """
    if read.service != write.service or read.epoch > write.epoch:
        return False
    if read.epoch == write.epoch and read.snapshot.sees(write.xid):
        return False  # the usual case, and cheaper to tell than what touches what
    return touches(read.keys, write.keys)
