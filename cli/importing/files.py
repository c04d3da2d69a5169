"""Rows out of files: JSON arrays and JSON lines, gzip or not, in bounded memory.

What a file is, is told by its content (gzip by its magic number, an array by its `[`), never by its name.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from cli.importing.arrays import array_rows
from cli.importing.problems import FileProblem, Malformed, describe

MAX_ROW_BYTES = 1 << 20
"""Longest row that is read. A row becomes one item of one message, and messages are about 1 MB."""

Row = tuple[int, dict[str, Any] | Malformed]
"""Line number (from 1) where the row begins, and its value or what is wrong with it."""

_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_rows(path: Path) -> Iterator[Row]:
    """Every row of the file in order. Refuses the whole file (FileProblem) when it is missing, empty,
    cut off, not UTF-8 text, or an array that is not valid JSON; a broken line of JSON lines is one
    Malformed row."""
    with _open(path) as stream:
        first = _skip_mark(stream, path)
        if not first:
            raise FileProblem(path, "is empty")
        if first == b"[":
            yield from array_rows(stream, path, MAX_ROW_BYTES)
        else:
            yield from _lines(stream)


def _lines(stream: io.BufferedReader) -> Iterator[Row]:
    """JSON lines: one object a line; blank lines don't count."""
    read = partial(stream.readline, MAX_ROW_BYTES + 1)
    for number, text in enumerate(iter(read, b""), 1):
        if len(text) > MAX_ROW_BYTES and not text.endswith(b"\n"):
            _skip_line(stream)
            yield number, Malformed(f"is longer than {MAX_ROW_BYTES:,} bytes")
        elif not text.isspace():
            yield number, _parse(text)


def _parse(text: bytes) -> dict[str, Any] | Malformed:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Malformed(f"is not valid JSON: {error.msg} (character {error.pos + 1})")
    return value if type(value) is dict else Malformed(f"must be an object, not {describe(value)}")


def _skip_line(stream: io.BufferedReader) -> None:
    """Reads on to the end of the line without keeping it."""
    while (part := stream.readline(MAX_ROW_BYTES)) and not part.endswith(b"\n"):
        pass


def _skip_mark(stream: io.BufferedReader, path: Path) -> bytes:
    """Stands on the first character that counts, and tells it (empty at the end of the file)."""
    start = stream.peek(3)
    for mark, name in _OTHER_MARKS.items():
        if start.startswith(mark):
            raise FileProblem(path, f"is {name} text; save it as UTF-8")
    if start.startswith(_UTF8_MARK):
        stream.read(len(_UTF8_MARK))
    # peek() may return less than a line; only white space in front of the first value can be that long
    return stream.peek(1 << 16).lstrip()[:1]


@contextmanager
def _open(path: Path) -> Iterator[io.BufferedReader]:
    try:
        with path.open("rb") as plain:
            zipped = plain.peek(2)[:2] == _GZIP
            yield io.BufferedReader(_gunzip(plain), 1 << 18) if zipped else plain
    except FileNotFoundError:
        raise FileProblem(path, "does not exist") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileProblem(path, f"is a damaged gzip file ({error}); get it again") from None
    except OSError as error:
        raise FileProblem(path, f"can't be read: {error.strerror or error}") from None


def _gunzip(plain: BinaryIO) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=plain, mode="rb")
