"""What may never be seen, whatever breaks: a judge of what clients wrote and were shown.

It knows no socket and no database. Every write has a version, a number that only grows for its writer, and
its row shows that version. So a screen is judged row by row, and the database by what it has recorded.

After a failover that lost commits (`Restore`) the versions of the lost window are gone, and every view may
step back once, to the new truth. Nothing else may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

KINDS = ("lost", "doubled", "stale", "backward", "leaks", "own writes", "refused", "protocol")
"""All violations: an acknowledged write without effect or with two; a screen that shows something else than
the database once all is quiet; a row that went back; a row of somebody else's; a write that was reported as
done but is not shown to its writer; a refusal without reason, or an effect of what was refused; a message
that breaks the protocol."""
GONE = 1 << 62
"""The version of a row that was deleted."""

Rows = Mapping[str, int]
"""What a view shows: the version of each row."""


@dataclass
class Write:
    """One mutation of one row."""

    writer: str
    row: str
    version: int
    begun: float
    deletes: bool = False
    done: float | None = None
    """When it was reported as done."""
    refused: bool = False

    @property
    def effect(self) -> str:
        """How the database's own record names what it did."""
        return f"-{self.row}" if self.deletes else title(self.row, self.version)


@dataclass(frozen=True)
class Restore:
    """A failover: what was committed between the copy and the crash is gone."""

    copied: float
    crashed: float

    def excuses(self, begun: float, done: float) -> bool:
        """Whether what happened in this time may be lost."""
        return begun <= self.crashed and done >= self.copied


@dataclass
class Oracle:
    """The judge. Times are seconds of one clock."""

    violations: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    writes: list[Write] = field(default_factory=list)
    restores: list[Restore] = field(default_factory=list)
    excused: int = 0
    """Acknowledged writes that a restore took away, as it must."""
    _views: dict[str, dict[str, int]] = field(default_factory=dict)
    _deleting: set[str] = field(default_factory=set)
    _stepped: dict[tuple[str, str], int] = field(default_factory=dict)
    _settled: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was wrong."""
        return not any(self.violations.values())

    def wrong(self, kind: str, what: str) -> None:
        """Notes a violation."""
        self.violations[kind].append(what)

    def began(self, write: Write) -> Write:
        """A client begins to send it; its effect may be seen from now on."""
        self.writes.append(write)
        if write.deletes:
            self._deleting.add(write.row)
        return write

    def done(self, write: Write, now: float, shown: Rows | None) -> None:
        """It was reported as done to its writer, whose own view shows `shown`; None: an error for now."""
        write.done = now
        if shown is None or self._may_be_lost(write):
            return
        version = shown.get(write.row, GONE if write.deletes else 0)
        if version < write.version or (write.deletes and version != GONE):
            self.wrong("own writes", f"{write.effect} was done but {write.writer} is shown {version}")

    def failed(self, write: Write, now: float, error: str, *, of_lost_row: bool) -> None:
        """It was reported as refused: with a reason only when a restore took its row away."""
        write.refused = True
        lost = of_lost_row and any(restore.crashed <= now for restore in self.restores[self._settled :])
        if not lost:
            self.wrong("refused", f"{write.effect}: {error}")

    def shown(self, view: str, owner: str, rows: Rows) -> None:
        """A view of `owner`'s shows this now."""
        before = self._views.setdefault(view, {})
        for row in rows:
            if owner_of(row) not in ("", owner):
                self.wrong("leaks", f"{view} of {owner} shows {row}")
        for row in before.keys() | rows.keys():
            version = self._version(row, rows, before)
            if version < before.get(row, 0):
                self._stepped_back(view, row, before[row], version)
            before[row] = version

    def settled(self, view: str, rows: Rows | None, truth: Rows) -> None:
        """Once all is quiet, the view shows `rows` (None: an error) and the database holds `truth`."""
        if rows != truth:
            shown = None if rows is None else sorted(rows.items() - truth.items())
            missing = sorted(truth.items() - (rows or {}).items())
            self.wrong("stale", f"{view} shows {shown} instead of {missing}")

    def all_settled(self) -> None:
        """Every view was compared with the database: what a restore excuses is over."""
        self._settled = len(self.restores)

    def recorded(self, effects: Iterable[str]) -> None:
        """What the database itself recorded as done, at the end of everything."""
        counts = Counter(effects)
        for effect, count in counts.items():
            if count > 1:
                self.wrong("doubled", f"{effect} happened {count} times")
        for write in self.writes:
            happened = counts[write.effect] > 0
            if write.refused and happened:
                self.wrong("refused", f"{write.effect} was refused, and happened")
            elif write.done is not None and not happened:
                self._is_gone(write)

    def _is_gone(self, write: Write) -> None:
        if self._may_be_lost(write):
            self.excused += 1
        else:
            self.wrong("lost", f"{write.effect}, done at {write.done:.2f}")

    def _version(self, row: str, rows: Rows, before: Rows) -> int:
        """A row that isn't there is gone for good if its owner deletes it, else it is as before its birth."""
        if row in rows:
            return rows[row]
        return GONE if row in self._deleting and row in before and before[row] else 0

    def _stepped_back(self, view: str, row: str, before: int, now: int) -> None:
        if max(self._stepped.get((view, row), 0), self._settled) < len(self.restores):
            self._stepped[view, row] = len(self.restores)
        else:
            self.wrong("backward", f"{view}: {row} went from {before} to {now}")

    def _may_be_lost(self, write: Write) -> bool:
        done = write.done if write.done is not None else float("inf")
        return any(restore.excuses(write.begun, done) for restore in self.restores)


def title(row: str, version: int) -> str:
    """What a row shows as its title."""
    return f"{row}#{version}"


def version_of(title: str) -> int:
    """The version in a title."""
    return int(title.rpartition("#")[2])


def owner_of(row: str) -> str:
    """Whose row it is: the word before the space; nobody's without one."""
    owner, space, _ = row.rpartition(" ")
    return owner if space else ""
