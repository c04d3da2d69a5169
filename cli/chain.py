"""The chain of an audit log, computed again from its entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from albertplus.live.v1.audit_pb2 import AuditEntry


@dataclass(frozen=True)
class Chain:
    """What came of verifying a log."""

    head: int
    """The number of the newest entry; 0: there is none."""
    hash: str
    """The hash of the chain up to it."""
    problems: tuple[str, ...]
    """What is not as it should be."""

    @classmethod
    def of(cls, newest_first: Iterable[AuditEntry], expect: str = "") -> Chain:
        """Verifies all entries of a log; `expect` is ``SEQ:HASH`` of an entry as it was seen earlier."""
        entries = sorted(newest_first, key=lambda entry: entry.seq)
        problems, before = [], b""
        for number, entry in enumerate(entries, 1):
            computed = entry_hash(before, entry)
            if entry.seq != number:
                problems.append(f"entry {number} is missing")
                break
            if computed != entry.hash:
                problems.append(f"entry {number} is not what was sealed")
            problems += _actor_problems(entry)
            before = entry.hash
        problems += _expectation(entries, expect)
        return cls(len(entries), before.hex(), tuple(problems))

    def sentence(self) -> str:
        """For people."""
        if self.problems:
            return "; ".join(self.problems)
        return f"{self.head} entries, whole; head {self.head}:{self.hash}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"entries": self.head, "hash": self.hash, "problems": list(self.problems)}


def entry_hash(before: bytes, entry: AuditEntry) -> bytes:
    """The hash of an entry behind a hash, as `audit.proto` says."""
    fields = (
        *(str(entry.seq), entry.id, str(entry.time.ToMicroseconds()), entry.actor.hex(), entry.kind),
        *(entry.process, entry.method, entry.request_id, entry.summary, entry.outcome),
    )
    text = ",".join(f"{len(field.encode())}:{field}" for field in fields)
    return hashlib.sha256(before + text.encode()).digest()


def _actor_problems(entry: AuditEntry) -> list[str]:
    """Whether the entry was made by whom it is said to be; nobody can say of one who was forgotten."""
    if not entry.HasField("subject"):
        return []
    committed = f"{entry.salt}:{entry.kind}:{entry.subject}".encode()
    if hashlib.sha256(committed).digest() == entry.actor:
        return []
    return [f"entry {entry.seq} was not made by {entry.subject}"]


def _expectation(entries: list[AuditEntry], expect: str) -> list[str]:
    if not expect:
        return []
    number, _, hash_ = expect.partition(":")
    if any(str(entry.seq) == number and entry.hash.hex() == hash_ for entry in entries):
        return []
    return [f"entry {number} is not the one that was expected"]
