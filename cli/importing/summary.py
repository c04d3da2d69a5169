"""What became of every row: counts, refusals with their reasons, and what else is worth saying."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cli.importing.kinds import Kind

_EXAMPLES = 3
_LINES = 6
_GROUPS = 200


class Place(NamedTuple):
    """Where a row stands."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}"


def in_words(places: Sequence[Place]) -> str:
    """`sections.jsonl:3, 4; more.jsonl:1`; of many lines the first few."""
    files: dict[str, list[int]] = {}
    for place in places:
        files.setdefault(place.path.name, []).append(place.line)
    return "; ".join(f"{name}:{_numbers(lines)}" for name, lines in files.items())


def _numbers(lines: Sequence[int]) -> str:
    more = [f"and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    return ", ".join([*map(str, lines[:_LINES]), *more])


@dataclass(slots=True)
class Tally:
    """Rows of one kind. Each row read is counted in exactly one of the other fields (all but `tidied`)."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    joined: int = (
        0  # became part of another row's item: a section's further meetings, a course's prerequisites
    )
    repeated: int = 0  # the same row once more
    superseded: int = 0  # a later row has the same key and other values
    tidied: int = 0  # had stray white space in a code, name or title

    @property
    def settled(self) -> int:
        answered = self.created + self.changed + self.unchanged + self.refused
        return answered + self.joined + self.repeated + self.superseded


@dataclass(slots=True)
class Reason:
    """Refused rows that break the same rule."""

    kind: Kind
    where: str
    rule: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Missing:
    """Sections that name courses the catalog does not have; that is allowed, and said."""

    rows: int = 0
    codes: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Removal:
    """Sections of a term and school that a complete file does not mention."""

    term: str
    school: str
    missing: int
    stored: int
    removed: int = 0


Record = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Summary:
    """The outcome of one run. `record` receives every row that did not simply go in, for the report file."""

    dry_run: bool = False
    record: Record | None = None
    kinds: dict[Kind, Tally] = field(default_factory=dict)
    reasons: dict[tuple[Kind, str, str], Reason] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    missing: Missing | None = None
    removals: list[Removal] = field(default_factory=list)
    joined_example: str = ""
    superseded_examples: list[str] = field(default_factory=list)
    held_back: bool = False  # nothing was written because of --strict
    seconds: float = 0.0

    def of(self, kind: Kind) -> Tally:
        return self.kinds.setdefault(kind, Tally())

    def refuse(
        self, kind: Kind, places: Sequence[Place], rule: str, where: str = "", key: object = None
    ) -> None:
        """Counts one item as refused, for one broken rule."""
        self.of(kind).refused += 1
        self.note_refusal(kind, places, rule, where, key)

    def note_refusal(
        self, kind: Kind, places: Sequence[Place], rule: str, where: str = "", key: object = None
    ) -> None:
        """Notes a broken rule of an item that is counted already."""
        group = (kind, re.sub(r"\[\d+\]", "[]", where), rule)
        if group not in self.reasons and len(self.reasons) >= _GROUPS:
            group = (kind, "", "breaks other rules (--report lists them all)")
        reason = self.reasons.setdefault(group, Reason(*group))
        reason.count += 1
        if len(reason.examples) < _EXAMPLES:
            reason.examples.append(in_words(places))
        self._note("refused", kind, places, key, where=where, rule=rule)

    def join(self, kind: Kind, places: Sequence[Place], key: object) -> None:
        """The last of the places became part of the item of the others."""
        self.of(kind).joined += 1
        self.joined_example = self.joined_example or in_words(places)
        self._note("joined", kind, places, key)

    def repeat(self, kind: Kind, place: Place, key: object) -> None:
        self.of(kind).repeated += 1
        self._note("repeated", kind, [place], key)

    def supersede(self, kind: Kind, places: Sequence[Place], by: Place, key: object) -> None:
        self.of(kind).superseded += 1  # of several places, all but one are counted as joined
        if len(self.superseded_examples) < _EXAMPLES:
            self.superseded_examples.append(f"{in_words(places)} by {by}")
        self._note("superseded", kind, places, key, by=str(by))

    @property
    def rows(self) -> int:
        return sum(tally.read for tally in self.kinds.values())

    @property
    def refused(self) -> int:
        return sum(tally.refused for tally in self.kinds.values())

    def by_kind(self) -> list[tuple[Kind, Tally]]:
        """The tallies in the order in which the kinds go in."""
        order = list(Kind)
        return sorted(self.kinds.items(), key=lambda each: order.index(each[0]))

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.dry_run,
            "held_back": self.held_back,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows / self.seconds) if self.seconds else 0,
            "kinds": {kind.value: asdict(tally) for kind, tally in self.by_kind()},
            "refused": [asdict(reason) | {"kind": reason.kind.value} for reason in self.reasons.values()],
            "sections_without_course": asdict(self.missing or Missing()),
            "removals": [asdict(removal) for removal in self.removals],
            "left_out": self.left_out,
        }

    def _note(self, outcome: str, kind: Kind, places: Sequence[Place], key: object, **more: str) -> None:
        if self.record is not None:
            where = [{"file": str(place.path), "line": place.line} for place in places]
            shown = list(key) if isinstance(key, tuple) else key
            self.record({"outcome": outcome, "kind": kind.value, "rows": where, "key": shown} | more)
