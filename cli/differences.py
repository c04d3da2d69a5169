"""What changed between two JSON results, as one readable line per change.

Objects in lists are told apart by what identifies them (a class number, a code, an id), so that one entry
gone from the middle is not reported as every later entry having changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

IDENTIFYING = ("class_number", "code", "course_code", "key", "id", "name")  # the most readable first
ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place whose value differs; ``ABSENT`` on a side that does not have the place."""

    path: str
    before: object
    after: object

    @property
    def sign(self) -> str:
        """``+`` for something new, ``-`` for something gone, ``~`` for a changed value."""
        if self.before is ABSENT:
            return "+"
        return "-" if self.after is ABSENT else "~"


def differences(before: object, after: object, path: str = "") -> Iterator[Difference]:
    """Every difference between two decoded JSON values, outermost first."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _in_objects(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_lists(before, after, path)
    elif before != after:
        yield Difference(path or "result", before, after)


def _in_objects(before: Mapping[str, object], after: Mapping[str, object], path: str) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        place = path + name if name.startswith("[") else f"{path}.{name}".removeprefix(".")
        yield from _of_member(before.get(name, ABSENT), after.get(name, ABSENT), place)


def _of_member(before: object, after: object, path: str) -> Iterator[Difference]:
    if before is ABSENT or after is ABSENT:
        yield Difference(path, before, after)
    else:
        yield from differences(before, after, path)


def _in_lists(before: Sequence[object], after: Sequence[object], path: str) -> Iterator[Difference]:
    key = next((key for key in IDENTIFYING if _identifies(key, before) and _identifies(key, after)), None)
    yield from _in_objects(_labelled(before, key), _labelled(after, key), path)


def _identifies(key: str, items: Sequence[object]) -> bool:
    """Whether every item has this field, each with a value of its own."""
    values = [item.get(key) for item in items if isinstance(item, Mapping)]
    return len(values) == len(items) == len({v for v in values if isinstance(v, str | int)})


def _labelled(items: Sequence[object], key: str | None) -> dict[str, object]:
    return {f"[{_label(item, key, index)}]": item for index, item in enumerate(items)}


def _label(item: object, key: str | None, index: int) -> object:
    return item[key] if key is not None and isinstance(item, Mapping) else index
