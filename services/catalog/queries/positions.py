"""Places in a list, as page tokens hold them. Tokens come from outside, so nothing in one is trusted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, Text, Uuid

from runtime.refusal import InvalidPageToken
from services.catalog.model.search import Terms

Position = Sequence[str | int | float | None]


def place(row: Any, order: Iterable[Column[Any]]) -> list[str | int]:
    """Where a row is in the order of its list."""
    return [_plain(getattr(row, column.name)) for column in order]


def parameters(
    position: Position, order: Sequence[Column[Any]], prefix: str, *, scored: bool
) -> dict[str, Any]:
    """A place as the parameters, named with `prefix`, of a statement that begins or ends there. Raises
    InvalidPageToken for what is no place in this order."""
    kinds: list[tuple[str, Any]] = [(column.name, column.type) for column in order]
    if scored:
        kinds.insert(0, ("score", Integer()))
    if len(position) != len(kinds):
        raise InvalidPageToken
    for value, (_, kind) in zip(position, kinds, strict=True):
        if not _fits(value, kind):
            raise InvalidPageToken
    return {f"{prefix}{name}": value for value, (name, _) in zip(position, kinds, strict=True)}


def split(position: Position | None) -> tuple[Terms | None, Position | None]:
    """The terms and the place in a search's token: terms only if the search was a forgiving one. Raises
    InvalidPageToken for anything else."""
    if position is None:
        return None, None
    if not position or not isinstance(position[0], str):
        raise InvalidPageToken
    try:
        return (Terms.read(position[0]) if position[0] else None), position[1:]
    except ValueError as error:
        raise InvalidPageToken from error


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value can be compared with a column."""
    if isinstance(kind, Integer):
        bits = 63 if isinstance(kind, BigInteger) else 15 if isinstance(kind, SmallInteger) else 31
        return type(value) is int and -(2**bits) <= value < 2**bits
    if not isinstance(value, str) or "\0" in value:
        return False
    return _is_uuid(value) if isinstance(kind, Uuid) else isinstance(kind, Text)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
