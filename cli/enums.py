"""Enums as a person writes and reads them: ``FALL`` for ``SEASON_FALL``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from cli.errors import CommandError


def spelt_out(content: Mapping[str, object], message: Descriptor, path: str = "") -> dict[str, object]:
    """The JSON content of such a message with the full name for every short name of an enum's value.

    Raises CommandError with the possible names for a text that is neither. What is wrong otherwise stays so.
    """
    fields = {name: field for field in message.fields for name in (field.name, field.json_name)}
    return {
        name: _each(value, fields[name], f"{path}{name}") if name in fields else value
        for name, value in content.items()
    }


def short(enum: EnumDescriptor, number: int) -> str:
    """The short name of a value; its number when this program does not know it."""
    value = enum.values_by_number.get(number)
    return value.name.removeprefix(_prefix(enum)) if value else str(number)


def _each(value: object, field: FieldDescriptor, path: str) -> object:
    if isinstance(value, list):
        return [_one(each, field, f"{path}[{place}]") for place, each in enumerate(value)]
    return _one(value, field, path)


def _one(value: object, field: FieldDescriptor, path: str) -> object:
    if field.enum_type is not None and isinstance(value, str):
        return _full(value, field.enum_type, path)
    kind = field.message_type
    if kind is not None and isinstance(value, dict) and not kind.GetOptions().map_entry:
        return spelt_out(value, kind, f"{path}.")
    return value


def _full(name: str, enum: EnumDescriptor, path: str) -> str:
    for full in (name, name.upper(), _prefix(enum) + name.upper()):
        if full in enum.values_by_name:
            return full
    choices = ", ".join(_choices(enum))
    raise CommandError(f"{path}: {name!r} is not a {enum.name}", hint=f"choose one of {choices}")


def _choices(enum: EnumDescriptor) -> Iterable[str]:
    return (short(enum, value.number) for value in enum.values if not value.name.endswith("_UNSPECIFIED"))


def _prefix(enum: EnumDescriptor) -> str:
    """What the names of all values begin with: our protos are checked for it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum.name).upper() + "_"
