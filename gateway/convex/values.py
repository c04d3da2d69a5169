"""Convex values: what functions take and return, and how they are written as JSON.

A JSON number is always a float64 and is written with a fraction; what JSON has no word for is an object
with one key that begins with a dollar sign. One value has exactly one encoding, so that equal values are
equal bytes.
"""

from __future__ import annotations

import math
import struct
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

MAX_DEPTH = 64
MAX_KEY_LENGTH = 1024
INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Int64:
    """A 64-bit integer, a bigint in JavaScript."""

    value: int

    def __post_init__(self) -> None:
        if self.value not in INT64:
            raise InvalidValue(f"{self.value} does not fit into 64 bits")


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes, an ArrayBuffer in JavaScript."""

    value: bytes


Value: TypeAlias = "bool | float | str | Int64 | Bytes | Sequence[Value] | Mapping[str, Value] | None"


class InvalidValue(ValueError):
    """This is no Convex value, or not the JSON of one."""


def decode(json: Any, depth: int = 0) -> Any:
    """The value that parsed JSON stands for. Raises InvalidValue."""
    if json is None or isinstance(json, bool | str):
        return json
    if isinstance(json, int | float):
        return _number(json)
    if depth >= MAX_DEPTH:
        raise InvalidValue(f"a value is nested more than {MAX_DEPTH} levels deep")
    if isinstance(json, list):
        return [decode(each, depth + 1) for each in json]
    if isinstance(json, dict):
        return _object(json, depth)
    raise InvalidValue(f"{type(json).__name__} is no JSON")


def encode(value: Any) -> bytes:
    """The value as JSON: UTF-8, without white space, keys in order. Raises InvalidValue."""
    return _dumps(_encoded(value, 0))


def encode_plain(value: Any) -> bytes:
    """The value as the JSON people expect, which loses types: integers and bytes become strings."""
    return _dumps(_plain(value))


def encoded(value: Any) -> Any:
    """The value as what a JSON library writes as `encode` does."""
    return _encoded(value, 0)


def _dumps(json: Any) -> bytes:
    try:
        return orjson.dumps(json, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # a lone surrogate in a text
        raise InvalidValue(str(error)) from error


def _number(number: float) -> float:
    try:
        return float(number)
    except OverflowError as error:
        raise InvalidValue("a number is too large for a float64") from error


def _object(json: dict[str, Any], depth: int) -> Any:
    if len(json) == 1:
        ((key, inner),) = json.items()
        if key in _SPECIAL:
            if not isinstance(inner, str):
                raise InvalidValue(f"{key} takes a text in base64")
            return _SPECIAL[key](inner)
    for key in json:
        _check_key(key)
    return {key: decode(each, depth + 1) for key, each in json.items()}


def _check_key(key: object) -> None:
    if not isinstance(key, str) or len(key) > MAX_KEY_LENGTH:
        raise InvalidValue(f"a field name must be a text of at most {MAX_KEY_LENGTH} characters")
    if key.startswith("$"):
        raise InvalidValue(f"Field name {key} starts with '$', which is reserved.")
    if not (key.isascii() and key.isprintable()):
        raise InvalidValue(
            f"Field name {key!r} has invalid characters: only ASCII that can be printed is valid."
        )


def _integer(text: str) -> Int64:
    return Int64(int.from_bytes(_raw(text, 8), "little", signed=True))


def _float(text: str) -> float:
    (number,) = struct.unpack("<d", _raw(text, 8))
    if not _is_special(number):
        raise InvalidValue("$float is for numbers only that JSON cannot write")
    return float(number)


def _bytes(text: str) -> Bytes:
    return Bytes(_raw(text))


def _raw(text: str, length: int | None = None) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise InvalidValue("this is not base64") from error
    if length is not None and len(raw) != length:
        raise InvalidValue(f"{len(raw)} bytes where {length} are needed")
    return raw


_SPECIAL = {"$integer": _integer, "$float": _float, "$bytes": _bytes}


def _is_special(number: float) -> bool:
    return not math.isfinite(number) or (number == 0 and math.copysign(1, number) < 0)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _encoded(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        number = _number(value)
        return {"$float": _text(struct.pack("<d", number))} if _is_special(number) else number
    if isinstance(value, Int64):
        return {"$integer": _text(value.value.to_bytes(8, "little", signed=True))}
    if isinstance(value, Bytes):
        return {"$bytes": _text(value.value)}
    if depth >= MAX_DEPTH:
        raise InvalidValue(f"a value is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, list | tuple):
        return [_encoded(each, depth + 1) for each in value]
    if isinstance(value, Mapping):
        for key in value:
            _check_key(key)
        return {key: _encoded(each, depth + 1) for key, each in value.items()}
    raise InvalidValue(f"{type(value).__name__} is no Convex value")


def _plain(value: Any) -> Any:
    if isinstance(value, Int64):
        return str(value.value)
    if isinstance(value, Bytes):
        return _text(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value
