"""Finding the method a person means and turning JSON into its request and back."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from google.protobuf import json_format
from google.protobuf.message import Message

from cli.errors import CommandError
from gateway.errors import UnknownMethod
from gateway.methods import public_methods
from runtime.methods import Method


def method_named(name: str) -> Method:
    """The method of this full or short name. Raises CommandError with the likeliest names."""
    try:
        return public_methods().find(name)
    except UnknownMethod as unknown:
        likely = unknown.did_you_mean
        hint = f"did you mean {likely}?" if likely else "`albertplus call --list` shows all methods"
        raise CommandError(f"no method is called {name!r}", hint=hint) from unknown


def request_for(method: Method, text: str) -> Message:
    """The request in a JSON text, field names as in the protos or in camelCase. Raises CommandError.

    ``@FILE`` stands for the content of a file, ``-`` for standard input.
    """
    try:
        content = json.loads(_content(text))
        if not isinstance(content, dict):
            raise json_format.ParseError("a request is a JSON object")
        return json_format.ParseDict(content, method.request())
    except (ValueError, json_format.ParseError) as error:
        fields = ", ".join(field.name for field in method.request.DESCRIPTOR.fields) or "none"
        raise CommandError(
            f"this is not a {method.request.DESCRIPTOR.name}: {error}", hint=f"its fields are: {fields}"
        ) from error


def as_json(message: Message) -> dict[str, object]:
    """A message as JSON, with the field names of the protos."""
    found: dict[str, object] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return found


def _content(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{text[1:]} cannot be read: {error}") from error
