"""A catalog in memory, and the command line against it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.cli.importing.fake import FakeCatalog


@dataclass(frozen=True)
class Result:
    """What a run of the command printed, and its exit code."""

    code: int
    out: str
    error: str

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def tally(self, kind: str) -> dict[str, int]:
        """The counts of a kind that are not zero."""
        return {name: count for name, count in self.summary["kinds"][kind].items() if count}

    @property
    def reasons(self) -> list[tuple[str, str, list[str]]]:
        return [(each["where"], each["rule"], each["examples"]) for each in self.summary["refused"]]


Import = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture
def catalog() -> Iterator[FakeCatalog]:
    with FakeCatalog().serving() as fake:
        yield fake


@pytest.fixture
def load(catalog: FakeCatalog, capsys: pytest.CaptureFixture[str]) -> Import:
    """`albertplus import ARGUMENTS --json` against the catalog in memory."""

    def run(*arguments: object, as_json: bool = True) -> Result:
        words = ["import", "--gateway", catalog.address, "--token", "an-admin", *map(str, arguments)]
        with pytest.raises(SystemExit) as end:
            main(words + ["--json"] * as_json)
        captured = capsys.readouterr()
        return Result(int(end.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes rows as JSON lines, text or bytes as they are; gzip if the name says so."""

    def to_file(name: str, *rows: object) -> Path:
        content = b"".join(_line(row) for row in rows)
        path = tmp_path / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return to_file


def _line(row: object) -> bytes:
    if isinstance(row, bytes):
        return row
    return (row if isinstance(row, str) else json.dumps(row)).encode() + b"\n"
