"""Typed reading of one row: the types and spellings of JSON. Rules about values live in the protos."""

from __future__ import annotations

import difflib
import re
from typing import Any, TypeVar

from cli.importing.problems import Invalid, describe

T = TypeVar("T")

IGNORED = frozenset({"_id", "_creationTime"})
"""Keys a Convex export adds to every row; they mean nothing outside of it."""

_TIME = re.compile(r"([0-9]|[01][0-9]|2[0-4]):([0-5][0-9])")


class Fields:
    """One row, read key by key. Each reader refuses (Invalid) a value of another type; `null` is absent."""

    __slots__ = ("row", "tidied")

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.tidied = False  # whether stray white space was put right

    def only(self, known: frozenset[str]) -> None:
        """Refuses keys that mean nothing here: they are misspelt, or data that would be lost."""
        if not self.row.keys() <= known and (unknown := self.row.keys() - known - IGNORED):
            raise Invalid(min(unknown), _unknown(sorted(unknown), known))

    def text(self, key: str, default: str | None = None) -> str:
        """A text as it stands."""
        value = self.row.get(key)
        if value is None:
            return _required(key, default)
        if type(value) is not str:
            raise Invalid(key, f"must be a text, not {describe(value)}")
        if "\0" in value:
            raise Invalid(key, "has a NUL character in it")
        return value

    def line(self, key: str, default: str | None = None) -> str:
        """A text of one line, with white space (no-break spaces too) made single plain spaces."""
        return self._tidy(self.text(key, default))

    def lines(self, key: str) -> list[str]:
        """A list of such texts; absent = none."""
        value = self.list(key)
        for item in value:
            if type(item) is not str:
                raise Invalid(key, f"must hold texts only, not {describe(item)}")
        return [self._tidy(item) for item in value]

    def list(self, key: str) -> list[Any]:
        """A list of anything; absent = empty."""
        value = self.row.get(key)
        if value is None:
            return []
        if type(value) is not list:
            raise Invalid(key, f"must be a list, not {describe(value)}")
        return value

    def number(self, key: str) -> float:
        """A number, required."""
        value = self.optional_number(key)
        return _required(key, value)

    def optional_number(self, key: str) -> float | None:
        value = self.row.get(key)
        if value is None or type(value) is float:
            return value
        if type(value) is int:
            return float(value)
        raise Invalid(key, f"must be a number, not {describe(value)}")

    def integer(self, key: str, bits: int = 32) -> int:
        """A whole number (30001 and 30001.0 alike) that fits its field, required."""
        return _required(key, self.optional_integer(key, bits))

    def optional_integer(self, key: str, bits: int = 32) -> int | None:
        value = self.row.get(key)
        if value is None:
            return None
        if (whole := whole_number(value)) is None:
            raise Invalid(key, f"must be a whole number, not {describe(value)}")
        if not -1 << bits - 1 <= whole < 1 << bits - 1:
            raise Invalid(key, "is too large a number")
        return whole

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.row.get(key)
        if value is None:
            return default
        if type(value) is not bool:
            raise Invalid(key, f"must be true or false, not {describe(value)}")
        return value

    def choice(self, key: str, choices: dict[str, T]) -> T:
        """One of the known words, required."""
        word = self.text(key)
        if (value := choices.get(word)) is None:
            raise Invalid(key, unknown_word(word, choices))
        return value

    def minute(self, key: str) -> int | None:
        """Minutes after midnight of "HH:MM" or "H:MM" (24:00 = the end of the day); absent or "" = None."""
        text = self.text(key, "")
        if not text:
            return None
        if (match := _TIME.fullmatch(text)) is None:
            raise Invalid(key, f'must be a time like "09:30", not "{text[:40]}"')
        return int(match[1]) * 60 + int(match[2])

    def _tidy(self, text: str) -> str:
        tidy = " ".join(text.split())
        if tidy != text:
            self.tidied = True
        return tidy


def whole_number(value: object) -> int | None:
    """The whole number a JSON value stands for; programs that know only floats write 30001.0 for 30001."""
    if type(value) is int:
        return value
    return int(value) if type(value) is float and value.is_integer() else None


def unknown_word(word: str, choices: dict[str, T]) -> str:
    return f'"{word[:40]}" is unknown; known are {", ".join(choices)}'


def _required(key: str, value: T | None) -> T:
    if value is None:
        raise Invalid(key, "is missing")
    return value


def _unknown(unknown: list[str], known: frozenset[str]) -> str:
    near = difflib.get_close_matches(unknown[0], known, n=1)
    more = f" (and {', '.join(unknown[1:])})" if unknown[1:] else ""
    return f"is not a known key{more}" + (f'; did you mean "{near[0]}"?' if near else "")
