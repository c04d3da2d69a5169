"""Finding the method a person means and turning JSON into its request and back."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from cli.enums import spelt_out
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

    An enum's value may be shortened: ``FALL`` for ``SEASON_FALL``.
    ``@FILE`` stands for the content of a file, ``-`` for standard input.
    """
    kind = cast(Descriptor, method.request.DESCRIPTOR)
    try:
        content = json.loads(_content(text))
        if not isinstance(content, dict):
            raise json_format.ParseError("a request is a JSON object")
        return json_format.ParseDict(spelt_out(content, kind), method.request())
    except (ValueError, json_format.ParseError) as error:
        problem, _, available = str(error).partition("Available Fields")
        fields = re.findall(r"'(\w+)'", available) or [field.name for field in kind.fields]
        problem = problem.rstrip(". \n")
        hint = f"its fields are: {', '.join(fields) or 'none'}"
        raise CommandError(f"not a valid {kind.name}: {problem}", hint=hint) from error


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
