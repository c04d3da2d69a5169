"""The first look at the files, before anything is written: kinds, keys that occur more than once, damage.

It keeps keys only, so that a file of any length can then be streamed; rows that belong to other rows
(prerequisites, requirements) are kept as they are, to be joined to them.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.importing.files import Row, read_rows
from cli.importing.kinds import Kind, kind_of
from cli.importing.offerings import section_key
from cli.importing.problems import FileProblem, Malformed
from cli.importing.shapes import SHAPES
from cli.importing.summary import Place

BELONGING = (Kind.PREREQUISITES, Kind.REQUIREMENTS)
ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")

Part = tuple[int, str, str]
"""Year, season and school: what a complete file of sections is complete for."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file as it was when it was looked at."""

    path: Path
    rows: int
    stamp: tuple[int, int]

    def read(self) -> Iterator[Row]:
        """The rows again; refuses a file that is another one by now."""
        if stamp(self.path) != self.stamp:
            raise FileProblem(self.path, "was changed while it was being imported")
        return read_rows(self.path)


@dataclass(slots=True)
class Scan:
    """What the first look found."""

    files: dict[Kind, list[DataFile]] = field(default_factory=dict)
    repeated: dict[Kind, dict[Hashable, int]] = field(default_factory=dict)
    keys: dict[Kind, set[Hashable]] = field(default_factory=dict)
    belonging: list[tuple[Kind, Place, dict[str, Any] | Malformed]] = field(default_factory=list)
    sections: dict[Part, set[int]] = field(default_factory=dict)
    unreadable_sections: list[Place] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def rows(self, kind: Kind) -> int:
        return sum(file.rows for file in self.files.get(kind, ()))


class FileProblems(Exception):
    """Files that can't be used; nothing was written."""

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


def scan(paths: Iterable[Path]) -> Scan:
    """Looks through files, and the data files of folders. Refuses (FileProblems) if any file is unusable."""
    began, found, problems = time.monotonic(), Scan(), list[FileProblem]()
    for path in paths:
        try:
            for file in _data_files(path, found):
                try:
                    _look(file, found, named=file == path)
                except FileProblem as problem:
                    problems.append(problem)
        except FileProblem as problem:
            problems.append(problem)
    if problems:
        raise FileProblems(problems)
    for kind in found.keys.keys() - {Kind.COURSES, Kind.PROGRAMS}:
        found.keys[kind].clear()  # only these two are asked for again
    found.seconds = time.monotonic() - began
    return found


def stamp(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError as error:
        raise FileProblem(path, f"can't be read: {error.strerror or error}") from None
    return state.st_size, state.st_mtime_ns


def _data_files(path: Path, found: Scan) -> list[Path]:
    """The file itself, or the data files in a folder (not in folders below it)."""
    if not path.is_dir():
        return [path]
    files = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    data = [each for each in files if each.name.lower().endswith(ENDINGS)]
    if not data:
        raise FileProblem(path, f"has no data files ({', '.join(ENDINGS)}) in it")
    found.left_out += [f"{each.name}: not a data file" for each in files if each not in data]
    return data


def _look(path: Path, found: Scan, named: bool) -> None:
    before = stamp(path) if path.exists() else (0, 0)
    kind = kind_of(path)
    if kind.personal:
        rule = "holds students' own data, which is not part of the catalog"
        if named:
            raise FileProblem(path, rule)
        found.left_out.append(f"{path.name}: {rule}")
        return
    rows = _keep(path, kind, found) if kind in BELONGING else _note_keys(path, kind, found)
    found.files.setdefault(kind, []).append(DataFile(path, rows, before))


def _keep(path: Path, kind: Kind, found: Scan) -> int:
    rows = [(kind, Place(path, line), row) for line, row in read_rows(path)]
    found.belonging += rows
    return len(rows)


def _note_keys(path: Path, kind: Kind, found: Scan) -> int:
    key_of, rows = SHAPES[kind].key, 0
    seen, repeated = found.keys.setdefault(kind, set()), found.repeated.setdefault(kind, {})
    for line, row in read_rows(path):
        rows += 1
        key = None if isinstance(row, Malformed) else key_of(row)
        if kind is Kind.OFFERINGS:
            _note_section(row, Place(path, line), found)
        if key is None:
            continue
        if key in seen:
            repeated[key] = repeated.get(key, 1) + 1
        seen.add(key)
    return rows


def _note_section(row: dict[str, Any] | Malformed, place: Place, found: Scan) -> None:
    """Remembers which class numbers the files mention, for --complete."""
    key = None if isinstance(row, Malformed) else section_key(row)
    if isinstance(row, Malformed) or key is None or type(school := row.get("school")) is not str:
        found.unreadable_sections.append(place)
    else:
        year, season, number = key
        found.sections.setdefault((year, season, " ".join(school.split())), set()).add(number)
