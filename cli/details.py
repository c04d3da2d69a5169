"""A typed detail of an error, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.any_pb2 import Any
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from cli import enums


def lines(detail: Any) -> Iterator[str]:
    """A line for each field, and for each element of a list; the type's name if it is not known here."""
    try:
        kind = descriptor_pool.Default().FindMessageTypeByName(detail.type_url.rpartition("/")[2])
        message = message_factory.GetMessageClass(kind).FromString(detail.value)
    except (KeyError, DecodeError):
        yield detail.type_url
        return
    for field, value in message.ListFields():
        for each in value if field.is_repeated else (value,):
            yield f"{_words(field.name)}: {_value(field, each)}"


def _value(field: FieldDescriptor, value: object) -> str:
    """``year 2026, season FALL, class number 10001``."""
    if isinstance(value, Message):
        return ", ".join(_parts(value))
    if field.enum_type is not None and isinstance(value, int):
        return enums.short(field.enum_type, value)
    return str(value)


def _parts(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        for each in value if field.is_repeated else (value,):
            yield (
                _value(field, each)
                if isinstance(each, Message)
                else f"{_words(field.name)} {_value(field, each)}"
            )


def _words(name: str) -> str:
    return name.replace("_", " ")
