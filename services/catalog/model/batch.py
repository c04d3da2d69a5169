"""Batches: items that are judged one by one and answered one by one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Row = dict[str, Any]
Key = tuple[Hashable, ...]


class Outcome(IntEnum):
    """What became of an item; the numbers are those of UpsertResult.Outcome."""

    CREATED = 1
    CHANGED = 2
    UNCHANGED = 3
    REFUSED = 4
    SUPERSEDED = 5


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that one field of an item breaks."""

    field: str
    rule: str


@dataclass(slots=True)
class Item:
    """One item of a batch: the row it asks for, and the rules it breaks."""

    row: Row
    violations: list[Violation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one item."""

    outcome: Outcome
    id: str = ""
    violations: Sequence[Violation] = ()


def winners(items: Sequence[Item], key: Callable[[Row], Key]) -> dict[Key, int]:
    """The items to write, by natural key: those that break no rule; of several with one key the last."""
    return {key(item.row): at for at, item in enumerate(items) if not item.violations}


def refuse_unknown(items: Sequence[Item], known: Iterable[str], code: str, named: str, rule: str) -> None:
    """Refuses every item that names a course which neither exists nor is written by this batch.

    `code` is the column with an item's own code, `named` the one with the codes it names, which is taken
    out of the row. An item that is refused no longer counts as written, so this may refuse others.
    """
    names = [item.row.pop(named) for item in items]
    stored = set(known)
    while True:
        present = stored | {item.row[code] for item in items if not item.violations}
        before = sum(bool(item.violations) for item in items)
        for item, wanted in zip(items, names, strict=True):
            if not item.violations:
                item.violations.extend(
                    Violation(place, rule.format(missing))
                    for place, missing in wanted
                    if missing not in present
                )
        if sum(bool(item.violations) for item in items) == before:
            return
