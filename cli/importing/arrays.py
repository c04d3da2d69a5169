"""The elements of one big JSON array, one after the other, without holding the array in memory."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from cli.importing.problems import FileProblem, Malformed, describe

_CHUNK = 1 << 16
_SPACE = " \t\r\n"


def array_rows(
    stream: io.BufferedReader, path: Path, longest: int
) -> Iterator[tuple[int, dict[str, Any] | Malformed]]:
    """Line and value of each element. A syntax error ends the file (FileProblem): behind it nothing can be
    told apart. `longest` bounds how much text is held for one element."""
    reader = _Reader(stream, path, longest)
    reader.take("[")
    if reader.next_is("]"):
        reader.take("]")
    else:
        while True:
            line, value = reader.value()
            yield (
                line,
                value if type(value) is dict else Malformed(f"must be an object, not {describe(value)}"),
            )
            if reader.take(",]") == "]":
                break
    reader.end()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class _Reader:
    """A window of decoded text over the stream: `buffer[at:]` is what has not been taken yet."""

    def __init__(self, stream: io.BufferedReader, path: Path, longest: int) -> None:
        self._stream, self._path, self._longest = stream, path, longest
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._json = json.JSONDecoder(parse_constant=_no_constant)
        self._buffer, self._at, self._line, self._ended = "", 0, 1, False

    def next_is(self, mark: str) -> bool:
        self._skip_space()
        return self._buffer.startswith(mark, self._at)

    def take(self, marks: str) -> str:
        """Takes one of the marks; anything else is a syntax error."""
        self._skip_space()
        found = self._buffer[self._at : self._at + 1]
        if not found:
            self._fail("the array is cut off: its closing ] is missing")
        if found not in marks:
            self._fail(f"is not valid JSON: {' or '.join(marks)} expected, found {found!r}")
        self._at += 1
        return found

    def value(self) -> tuple[int, object]:
        """The next element and the line it begins on."""
        self._skip_space()
        while True:
            try:
                value, end = self._json.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                # either the element goes on beyond the window, or it is broken: more text tells
                if len(self._buffer) - self._at > self._longest:
                    self._fail(
                        f"has a broken row, or one of more than {self._longest:,} characters: {error.msg}"
                    )
                if not self._fill():
                    self._forward(error.pos)
                    self._fail(f"is not valid JSON: {error.msg}")
            except (ValueError, RecursionError) as error:
                self._fail(f"is not valid JSON: {error}")
            else:
                line = self._line
                self._forward(end)
                return line, value

    def end(self) -> None:
        """Nothing but white space may follow the array."""
        self._skip_space()
        if self._at < len(self._buffer):
            self._fail("has something behind the end of its array")

    def _skip_space(self) -> None:
        while True:
            rest = len(self._buffer)
            at = self._at
            while at < rest and self._buffer[at] in _SPACE:
                at += 1
            self._forward(at)
            if at < rest or not self._fill():
                return

    def _forward(self, to: int) -> None:
        self._line += self._buffer.count("\n", self._at, to)
        self._at = to

    def _fill(self) -> bool:
        """One more chunk of text; False at the end of the file."""
        if self._ended:
            return False
        chunk = self._stream.read(_CHUNK)
        self._ended = not chunk
        try:
            text = self._decode(chunk, self._ended)
        except UnicodeDecodeError as error:
            self._forward(len(self._buffer))
            self._fail(f"is not UTF-8 text: {error.reason}")
        self._buffer, self._at = self._buffer[self._at :] + text, 0
        return bool(text) or not self._ended

    def _fail(self, rule: str) -> NoReturn:
        raise FileProblem(self._path, rule, self._line)
