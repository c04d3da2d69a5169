"""Messages as JSON in the shape of their fields: what the JSONB columns hold and constructors take."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message


def shape(message: Message) -> dict[str, Any]:
    """The fields of a message that are set, by name; enums are numbers. `type(message)(**shape(message))`
    is the same message."""
    return {field.name: _value(value) for field, value in message.ListFields()}


def _value(value: Any) -> Any:
    if isinstance(value, Message):
        return shape(value)
    if isinstance(value, str | int | float):
        return value
    return [_value(each) for each in value]
