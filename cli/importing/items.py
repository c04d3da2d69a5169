"""The second reading: rows become items to send, those with one key become one item."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from cli.importing.belonging import Belongings
from cli.importing.fields import Fields
from cli.importing.kinds import Kind
from cli.importing.problems import Invalid, Malformed
from cli.importing.scan import Scan
from cli.importing.shapes import SHAPES, Shape, convert
from cli.importing.summary import Place, Summary


@dataclass(slots=True)
class Item:
    """One thing to store: its message, and the rows it comes from. It is counted under `kind`."""

    kind: Kind
    places: list[Place]
    key: Hashable
    message: Message


@dataclass(slots=True)
class _Group:
    """Rows with one key, as far as they were read: what they come to, and how many are still to come."""

    row: dict[str, Any]
    places: list[Place]
    left: int


class Reading:
    """Reads the rows of one kind once more and makes items of them; everything else goes to the summary."""

    def __init__(self, kind: Kind, scan: Scan, belongings: Belongings, summary: Summary) -> None:
        self._kind, self._scan, self._belongings, self._summary = kind, scan, belongings, summary
        self._shape: Shape = SHAPES[kind]
        self._tally = summary.of(kind)
        self._repeated = scan.repeated.get(kind, {})
        self._groups: dict[Hashable, _Group] = {}

    def items(self) -> Iterator[Item]:
        """The items in the order of the files; a key's item comes with the last of its rows."""
        for file in self._scan.files.get(self._kind, ()):
            for line, row in file.read():
                self._tally.read += 1
                item = self._take(row, Place(file.path, line))
                if item is not None:
                    yield item

    def _take(self, row: dict[str, Any] | Malformed, place: Place) -> Item | None:
        if isinstance(row, Malformed):
            self._summary.refuse(self._kind, [place], row.rule)
            return None
        key = self._shape.key(row)
        if key is None or key not in self._repeated:
            return self._item(row, [place], key)
        group = self._fold(key, row, place)
        if group.left:
            return None
        del self._groups[key]
        return self._item(group.row, group.places, key)

    def _fold(self, key: Hashable, row: dict[str, Any], place: Place) -> _Group:
        """Adds a row to those with the same key."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(row, [place], self._repeated[key])
        elif row == group.row:
            self._summary.repeat(self._kind, place, key)
        elif joined := self._joined(group.row, row):
            group.row = joined
            group.places.append(place)
            self._summary.join(self._kind, group.places, key)
        else:
            self._summary.supersede(self._kind, group.places, place, key)
            group.row, group.places = row, [place]
        group.left -= 1
        return group

    def _joined(self, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any] | None:
        """Both rows in one, if they differ in their parts only: the parts of the first, then what is new."""
        parts = self._shape.parts
        if parts is None or not isinstance(first.get(parts), list) or not isinstance(second.get(parts), list):
            return None
        if first.keys() != second.keys() or any(first[key] != second[key] for key in first if key != parts):
            return None
        return {**first, parts: first[parts] + [part for part in second[parts] if part not in first[parts]]}

    def _item(self, row: dict[str, Any], places: list[Place], key: Hashable) -> Item | None:
        fields = Fields(row)
        try:
            if blocked := self._belongings.blocked.get(self._kind, {}).get(key):
                raise Invalid("", f"is not complete: {blocked}, which belongs to it, is refused")
            message = convert(self._shape, fields, self._belongings.of(self._kind, key))
        except Invalid as error:
            self._summary.refuse(self._kind, places, error.rule, error.field, key)
            return None
        self._tally.tidied += fields.tidied
        return Item(self._kind, places, key, message)
