"""What one RPC read: collected by the data layer and by nested calls, sent along as trailing metadata."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from albertplus.live.v1 import read_set_pb2

from runtime.keys import collapse

READS_KEY = "albertplus-reads-bin"
WRITES_KEY = "albertplus-writes-bin"
MAX_KEY_BYTES = 4096
"""Read sets stay below this, because metadata beyond gRPC's soft limit fails at random."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The instant at which one service's database was read."""

    epoch: int
    xids: str
    """``pg_current_snapshot()`` as text: which transactions are visible."""
    head: int
    """The changelog position visible in the snapshot."""


@dataclass(slots=True)
class Reads:
    """The read set of one RPC."""

    personal: bool = False
    """The handler looked at who is calling."""
    _keys: dict[tuple[str, Snapshot], dict[str, None]] = field(default_factory=dict)
    _incomplete: dict[str, None] = field(default_factory=dict)

    def add(self, service: str, snapshot: Snapshot, keys: Iterable[str]) -> None:
        """Adds keys read from `service` in `snapshot`."""
        self._keys.setdefault((service, snapshot), {}).update(dict.fromkeys(keys))

    def add_failed(self, service: str) -> None:
        """Notes that `service` could not say what it read, so that the result is never taken for clean."""
        self._incomplete[service] = None

    def merge(self, nested: read_set_pb2.ReadSet) -> None:
        """Adds the read set of a nested call."""
        self.personal = self.personal or nested.personal
        for service in nested.incomplete:
            self.add_failed(service)
        for read in nested.reads:
            self.add(read.service, Snapshot(read.epoch, read.snapshot, read.head), read.keys)

    def message(self) -> read_set_pb2.ReadSet:
        """The read set for the wire, its keys rounded up until they fit."""
        share = MAX_KEY_BYTES // max(1, len(self._keys))
        return read_set_pb2.ReadSet(
            reads=[
                read_set_pb2.ServiceRead(
                    service=service,
                    epoch=snapshot.epoch,
                    snapshot=snapshot.xids,
                    head=snapshot.head,
                    keys=collapse(keys, share),
                )
                for (service, snapshot), keys in self._keys.items()
            ],
            personal=self.personal,
            incomplete=list(self._incomplete),
        )
