"""Which entries may be hit by a written key."""

from collections.abc import Iterable, Iterator

from gateway.live.entry import Entry
from gateway.live.keys import EVERYTHING
from gateway.live.messages import ReadSet
from runtime.keys import table_of

_Bucket = dict[str, dict[Entry, None]]  # dictionaries as sets: their order does not depend on addresses


class MatchIndex:
    """Hash tables from read keys, tables and services to entries."""

    def __init__(self) -> None:
        self._by_key: _Bucket = {}
        self._by_table: _Bucket = {}
        self._by_service: _Bucket = {}

    def put(self, entry: Entry, reads: ReadSet) -> None:
        """Replace what this entry depends on."""
        keys = frozenset().union(*(read.keys for read in reads.reads))
        services = frozenset(read.service for read in reads.reads)
        if keys != entry.keys:
            self._move(self._by_key, entry, entry.keys, keys)
            old_tables = frozenset(map(table_of, entry.keys))
            self._move(self._by_table, entry, old_tables, frozenset(map(table_of, keys)))
        if services != entry.services:
            self._move(self._by_service, entry, entry.services, services)
        entry.keys, entry.services = keys, services

    def drop(self, entry: Entry) -> None:
        """Forget an entry."""
        self.put(entry, ReadSet(()))

    def hit_by(self, service: str, keys: Iterable[str]) -> Iterator[Entry]:
        """Entries that one of these keys touches; an entry may come more than once."""
        for key in keys:
            if key == EVERYTHING:
                yield from self._by_service.get(service, ())
                continue
            table, _, rest = key.partition("/")
            if rest == "*":
                yield from self._by_table.get(table, ())
            else:
                yield from self._by_key.get(key, ())
                yield from self._by_key.get(f"{table}/*", ())

    def of_service(self, service: str) -> list[Entry]:
        """Entries that depend on this service."""
        return list(self._by_service.get(service, ()))

    @staticmethod
    def _move(bucket: _Bucket, entry: Entry, old: frozenset[str], new: frozenset[str]) -> None:
        for name in old - new:
            del bucket[name][entry]
            if not bucket[name]:
                del bucket[name]
        for name in sorted(new - old):
            bucket.setdefault(name, {})[entry] = None
