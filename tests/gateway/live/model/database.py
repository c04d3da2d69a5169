"""A service's database: rows, transactions, snapshots, outbox, sequencer, restarts and failovers."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.live.messages import Change, ServiceRead, WriteSet
from gateway.live.snapshot import Snapshot

ROWS, GROUPS = 4, 2


class Row(NamedTuple):
    """`stamp` is different after every write."""

    group: int
    owner: str
    pointer: int
    stamp: int


@dataclass(eq=False)
class Tx:
    """A transaction that writes one row; it holds the row's lock until it ends."""

    xid: int
    row_id: int
    row: Row | None
    key: object = None  # idempotency key
    epoch: int = 0
    position: int = 0  # 1 for the first that committed
    keys: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()  # what `keys` would be had they not been collapsed
    lost: bool = False  # by a failover


@dataclass(eq=False)
class Read:
    """One read of a run: what it found and where in time it was."""

    found: object
    position: int
    evidence: ServiceRead
    database: "Database"


@dataclass(eq=False)
class Database:
    """Committed transactions are visible in the order of their commits."""

    name: str
    epoch: int = 1
    next_xid: int = 1
    committed: list[Tx] = field(default_factory=list)
    open: list[Tx] = field(default_factory=list)
    outbox: list[Tx] = field(default_factory=list)
    log: list[Change] = field(default_factory=list)
    trimmed: int = 0
    promoted_at: int = 0  # no replica is older than this epoch
    by_key: dict[object, Tx] = field(default_factory=dict)
    rows: list[list[tuple[int, Row | None]]] = field(default_factory=list)
    history: list[tuple[Snapshot, int]] = field(default_factory=list)  # after each commit
    disabled: frozenset[str] = frozenset()  # mechanisms left out
    counts: Counter[str] = field(default_factory=Counter)
    highest_xid: int = 0  # ever used, and ever numbered
    cursor: int = 0

    def __post_init__(self) -> None:
        self.rows = [[(0, Row(i % GROUPS, f"u{i % 2}", i, 0))] for i in range(ROWS)]
        self.history = [self._now()]

    # Writing

    def begin(self, row_id: int, what: int, key: object = None) -> Tx | None:
        """None while another transaction holds the row."""
        if any(tx.row_id == row_id for tx in self.open):
            return None
        xid, self.next_xid = self.next_xid, self.next_xid + 1
        self.counts["transaction id used again"] += xid <= self.highest_xid
        self.highest_xid = max(self.highest_xid, xid)
        tx = Tx(xid, row_id, self._changed(row_id, what, xid), key, self.epoch)
        self.open.append(tx)
        return tx

    def _changed(self, row_id: int, what: int, xid: int) -> Row | None:
        old = self.rows[row_id][-1][1]
        stamp = self.epoch * 1_000 + xid
        if old is None:
            return Row(what % GROUPS, f"u{what % 2}", what % ROWS, stamp)
        match what % 8:
            case 0:
                return None
            case 1:
                return old._replace(group=1 - old.group, stamp=stamp)
            case 2:
                return old._replace(owner="u1" if old.owner == "u0" else "u0", stamp=stamp)
            case 3:
                return old._replace(pointer=(old.pointer + 1) % ROWS, stamp=stamp)
        return old._replace(stamp=stamp)

    def commit(self, tx: Tx) -> None:
        """Visible, with its outbox row, at once."""
        self.open.remove(tx)
        old = self.rows[tx.row_id][-1][1]
        keys = [f"{self.name}.rows/by_id/{tx.row_id}"]
        for row in {old: None, tx.row: None} if self.has("old_images") else (tx.row,):
            if row is not None:
                keys += [f"{self.name}.rows/by_group/{row.group}", f"{self.name}.rows/by_owner/{row.owner}"]
        tx.exact = tuple(dict.fromkeys(keys))
        tx.keys = tx.exact if tx.xid % 7 else (f"{self.name}.rows/*",)
        self.committed.append(tx)
        tx.position = len(self.committed)
        self.rows[tx.row_id].append((tx.position, tx.row))
        self.outbox.append(tx)
        self.history.append(self._now())
        if tx.key is not None:
            self.by_key[tx.key] = tx

    def has(self, mechanism: str) -> bool:
        """False in tests that leave this mechanism out."""
        return mechanism not in self.disabled

    def write_set(self, tx: Tx) -> WriteSet:
        """What the response's metadata would say."""
        return WriteSet(self.name, tx.epoch, tx.xid, tx.keys)

    def sequence(self) -> list[Change]:
        """Number what is visible; newest last."""
        new = []
        for tx in self.outbox:
            if tx.xid < self.cursor and not self.has("visible_rows"):
                continue  # "everything after the last id": what committed late is lost
            self.cursor = tx.xid
            new.append(Change(self.head + 1, tx.xid, tx.keys))
            self.log.append(new[-1])
        self.outbox.clear()
        return new

    # Reading

    @property
    def head(self) -> int:
        return len(self.log)

    def _now(self) -> tuple[Snapshot, int]:
        running = frozenset(tx.xid for tx in self.open)
        return Snapshot(min(running, default=self.next_xid), self.next_xid, running), self.head

    def read(self, lag: int, what: str, argument: object) -> Read:
        """Read as of so many commits ago (a replica), or now."""
        position = len(self.committed)
        snapshot, head = self._now()
        if lag:
            position = max(self.promoted_at, position - lag)
            snapshot, head = self.history[position]
        found = self.find(position, what, argument)
        self.counts["empty read"] += not found
        evidence = ServiceRead(self.name, self.epoch, snapshot, head, self._keys(what, argument, found))
        return Read(found, position, evidence, self)

    def _keys(self, what: str, argument: object, found: object) -> frozenset[str]:
        if what != "by_id" and isinstance(found, tuple) and not self.has("predicates"):
            return frozenset(f"{self.name}.rows/by_id/{row_id}" for row_id, _ in found)
        key = "*" if what == "*" else f"{what}/{argument}"
        return frozenset([f"{self.name}.rows/{key}"])

    def evidence_now(self, read: Read) -> ServiceRead:
        """What a read would say of itself if it looked at the clock when it is over (`snapshot_first`)."""
        snapshot, head = self._now()
        return ServiceRead(self.name, self.epoch, snapshot, head, read.evidence.keys)

    def find(self, position: int, what: str, argument: object) -> object:
        """What a read finds in the state after so many commits."""
        if isinstance(argument, int) and what == "by_id":
            return self._at(argument, position)
        rows = [(i, self._at(i, position)) for i in range(ROWS)]
        return tuple((i, row) for i, row in rows if row is not None and _matches(row, what, argument))

    def _at(self, row_id: int, position: int) -> Row | None:
        for at, row in reversed(self.rows[row_id]):
            if at <= position:
                return row
        raise AssertionError("every row has a first version")

    def changes(self, epoch: int, since: int) -> tuple[int, int, tuple[Change, ...] | None]:
        """LiveSource.Changes: epoch, head, and changes or None when it can't say."""
        if epoch != self.epoch or since < self.trimmed or since > self.head:
            self.counts["truncated history"] += epoch == self.epoch
            return self.epoch, self.head, None
        return self.epoch, self.head, tuple(self.log[since : since + 3])

    # Faults

    def restart(self) -> None:
        """Open transactions are gone; nothing committed is lost."""
        self.open.clear()
        self.epoch += 1
        self.promoted_at = len(self.committed)
        self.history[-1] = self._now()

    def lose(self, count: int) -> None:
        """Fail over to a standby without the last commits; transaction ids are used again."""
        lost = self.committed[len(self.committed) - count :]
        self.counts["failover that loses commits"] += bool(lost)
        self.cursor = 0
        self.restart()
        for tx in lost:
            tx.lost = True
            self.rows[tx.row_id].remove((tx.position, tx.row))
            self.by_key.pop(tx.key, None)
            if tx in self.outbox:
                self.outbox.remove(tx)
        del self.committed[len(self.committed) - count :]
        gone = {tx.xid for tx in lost}
        first = next((i for i, change in enumerate(self.log) if change.xid in gone), len(self.log))
        kept = [change.xid for change in self.log[first:] if change.xid not in gone]
        del self.log[first:]
        again = [tx for tx in self.committed if tx.xid in kept]
        self.outbox[:0] = again
        self.trimmed = min(self.trimmed, len(self.log))
        if lost:
            self.next_xid = min(gone)
            self.next_xid = max([self.next_xid, *(tx.xid + 1 for tx in self.committed)])
        self.promoted_at = len(self.committed)
        del self.history[len(self.committed) + 1 :]
        self.history[-1] = self._now()


def _matches(row: Row, what: str, argument: object) -> bool:
    if what == "*":
        return True
    return (row.group if what == "by_group" else row.owner) == argument
