"""PostgreSQL's `pg_snapshot`: which transactions a read could see."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Visible are the transactions below `xmin` and those below `xmax` that are not among `running`."""

    xmin: int
    xmax: int
    running: frozenset[int] = frozenset()

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> "Snapshot":
        """From PostgreSQL's text `xmin:xmax:xip,xip`; ValueError if it is not one."""
        xmin, xmax, running = text.split(":")
        return Snapshot(int(xmin), int(xmax), frozenset(int(x) for x in running.split(",") if x))

    def sees(self, xid: int) -> bool:
        """Whether what this transaction wrote is visible here."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)

    def covers(self, other: "Snapshot") -> bool:
        """Whether everything that `other` sees is visible here: this one is not older."""
        if any(other.sees(xid) for xid in self.running):
            return False
        hidden = sum(1 for xid in other.running if xid >= self.xmax)
        return other.xmax - self.xmax <= hidden
