"""Rules that a row must keep and that no annotation in the protos can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import orjson

from services.catalog.model.batch import Row, Violation


def not_blank(row: Row, *fields: str) -> Iterator[Violation]:
    """Fields that are nothing but white space."""
    return (Violation(field, "must not be blank") for field in fields if not row[field])


def without_nul(row: Row) -> Iterator[Violation]:
    """Texts with a NUL character in them, which cannot be stored."""
    if b"\\u0000" in orjson.dumps(row):
        for field, value in row.items():
            yield from (Violation(path, "must not contain NUL") for path in _with_nul(field, value))


def dates(meetings: Iterable[dict[str, Any]]) -> Iterator[Violation]:
    """Dates that look like dates but are none, such as 30 February."""
    for at, meeting in enumerate(meetings):
        for field in ("first_date", "last_date"):
            if field in meeting and not _is_date(meeting[field]):
                yield Violation(f"meetings[{at}].{field}", f"there is no day {meeting[field]}")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _with_nul(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and "\0" in value:
        yield path
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _with_nul(f"{path}[{at}]", each)
    elif isinstance(value, dict):
        for field, each in value.items():
            yield from _with_nul(f"{path}.{field}", each)
