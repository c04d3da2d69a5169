"""What functions take and return: checks values in the words of Convex, and writes them as TypeScript."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.convex.values import Bytes, Int64
from gateway.functions.errors import ArgumentValidationError

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LONGEST_SHOWN = 2_000


class Validator(ABC):
    """A set of values."""

    def check(self, value: Any, path: str = "") -> None:
        """Raises ArgumentValidationError if the value at `path` is not in the set."""
        if not self.matches(value):
            raise no_match(value, self, path)

    def matches(self, value: Any) -> bool:
        """Whether the value is in the set."""
        try:
            self.check(value)
        except ArgumentValidationError:
            return False
        return True

    @abstractmethod
    def typescript(self) -> str:
        """The set as a TypeScript type."""

    @abstractmethod
    def __str__(self) -> str:
        """The validator as it is written in Convex."""


@dataclass(frozen=True)
class Simple(Validator):
    """All values of one Python type."""

    convex: str
    type_: str
    classes: tuple[type, ...]

    def matches(self, value: Any) -> bool:
        return type(value) in self.classes

    def typescript(self) -> str:
        return self.type_

    def __str__(self) -> str:
        return f"v.{self.convex}()"


class Anything(Validator):
    """Every value."""

    def matches(self, value: Any) -> bool:
        return True

    def typescript(self) -> str:
        return "any"

    def __str__(self) -> str:
        return "v.any()"


STRING = Simple("string", "string", (str,))
NUMBER = Simple("float64", "number", (float,))
BOOLEAN = Simple("boolean", "boolean", (bool,))
INTEGER = Simple("int64", "bigint", (Int64,))
BYTES = Simple("bytes", "ArrayBuffer", (Bytes,))
NULL = Simple("null", "null", (type(None),))
ANY = Anything()


@dataclass(frozen=True)
class Id(Validator):
    """The ids of a table's documents. That one has such an id is not checked."""

    table: str

    def matches(self, value: Any) -> bool:
        return isinstance(value, str) and _ID.fullmatch(value) is not None

    def typescript(self) -> str:
        return f'Id<"{self.table}">'

    def __str__(self) -> str:
        return f'v.id("{self.table}")'


@dataclass(frozen=True)
class Literal(Validator):
    """One text."""

    value: str

    def matches(self, value: Any) -> bool:
        return isinstance(value, str) and value == self.value

    def typescript(self) -> str:
        return _quoted(self.value)

    def __str__(self) -> str:
        return f"v.literal({_quoted(self.value)})"


@dataclass(frozen=True)
class Union(Validator):
    """What is in any of several sets."""

    members: tuple[Validator, ...]

    def matches(self, value: Any) -> bool:
        return any(member.matches(value) for member in self.members)

    def typescript(self) -> str:
        return " | ".join(member.typescript() for member in self.members)

    def __str__(self) -> str:
        return f"v.union({', '.join(map(str, self.members))})"


@dataclass(frozen=True)
class Array(Validator):
    """Lists of values of one set."""

    element: Validator

    def check(self, value: Any, path: str = "") -> None:
        if not isinstance(value, list):
            raise no_match(value, self, path)
        for at, each in enumerate(value):
            self.element.check(each, f"{path}[{at}]")

    def typescript(self) -> str:
        return f"Array<{self.element.typescript()}>"

    def __str__(self) -> str:
        return f"v.array({self.element})"


@dataclass(frozen=True)
class Record(Validator):
    """Objects with any field names."""

    element: Validator = ANY

    def check(self, value: Any, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise no_match(value, self, path)
        for name, each in value.items():
            self.element.check(each, f"{path}.{name}")

    def typescript(self) -> str:
        return f"Record<string, {self.element.typescript()}>"

    def __str__(self) -> str:
        return f"v.record(v.string(), {self.element})"


@dataclass(frozen=True)
class Object(Validator):
    """Objects with exactly these fields; optional ones may be absent."""

    fields: Mapping[str, Validator] = field(default_factory=dict)
    optional: Mapping[str, Validator] = field(default_factory=dict)

    def check(self, value: Any, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise no_match(value, self, path)
        for name, validator in (*self.fields.items(), *self.optional.items()):
            if name in value:
                validator.check(value[name], f"{path}.{name}")
            elif name in self.fields:
                raise self._wrong(_MISSING.format(name), value, path)
        for name in value:
            if name not in self.fields and name not in self.optional:
                raise self._wrong(_EXTRA.format(name), value, path)

    def extended(self, fields: Mapping[str, Validator]) -> Object:
        """The same objects with more fields."""
        return Object({**self.fields, **fields}, self.optional)

    def without(self, *names: str) -> Object:
        """The same objects without some fields."""
        return Object(
            {name: each for name, each in self.fields.items() if name not in names},
            {name: each for name, each in self.optional.items() if name not in names},
        )

    def partial(self) -> Object:
        """The same objects where no field is required."""
        return Object({}, {**self.fields, **self.optional})

    def typescript(self) -> str:
        required = [f"{_key(name)}: {each.typescript()}" for name, each in self.fields.items()]
        optional = [f"{_key(name)}?: {each.typescript()}" for name, each in self.optional.items()]
        return f"{{ {'; '.join(required + optional)} }}" if required or optional else "Record<string, never>"

    def __str__(self) -> str:
        required = [f"{name}: {each}" for name, each in self.fields.items()]
        optional = [f"{name}: v.optional({each})" for name, each in self.optional.items()]
        return f"v.object({{{', '.join(required + optional)}}})"

    def _wrong(self, problem: str, value: Any, path: str) -> ArgumentValidationError:
        return ArgumentValidationError(
            f"{problem}{_place(path)}\n\nObject: {shown(value)}\nValidator: {self}"
        )


_MISSING = (
    "Object is missing the required field `{}`. Consider wrapping the field validator in "
    "`v.optional(...)` if this is expected."
)
_EXTRA = "Object contains extra field `{}` that is not in the validator."


def literals(*values: str) -> Union:
    """One of several texts."""
    return Union(tuple(Literal(value) for value in values))


def nullable(validator: Validator) -> Union:
    """The same values, or null."""
    return Union((validator, NULL))


def no_match(value: Any, validator: Validator, path: str) -> ArgumentValidationError:
    """What is said about a value that is not in the set."""
    return ArgumentValidationError(
        f"Value does not match validator.{_place(path)}\nValue: {shown(value)}\nValidator: {validator}"
    )


def shown(value: Any) -> str:
    """A value as people write it, cut when it is long."""
    text = _shown(value, _LONGEST_SHOWN)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _shown(value: Any, room: int) -> str:
    """As much of a value as there is room for, at least."""
    if isinstance(value, Mapping):
        parts = _within(room, ((f"{_key(name)}: ", each) for name, each in value.items()))
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_within(room, (("", each) for each in value))) + "]"
    return _shown_simple(value, room)


def _within(room: int, parts: Any) -> list[str]:
    found: list[str] = []
    for name, value in parts:
        if room <= 0:
            return [*found, "..."]
        found.append(name + _shown(value, room))
        room -= len(found[-1])
    return found


def _shown_simple(value: Any, room: int) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, str):
        return _quoted(value[: room + 1])
    if isinstance(value, Int64):
        return f"{value.value}n"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return repr(value) if isinstance(value, float) else "[bytes]"


def _place(path: str) -> str:
    return f"\nPath: {path}" if path else ""


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
