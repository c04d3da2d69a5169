"""The rows that are loaded: a real university's catalog and one term, or made-up ones of the same size."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "ucsd"
COURSES, SECTIONS = 6786, 8716
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


@dataclass(frozen=True, slots=True)
class Data:
    """Files to import, and what they are."""

    files: tuple[Path, Path]
    source: str


def data(folder: Path, rows: int | None) -> Data:
    """Real files if they lie beside the repository, else made-up ones; of each the first `rows`."""
    real = REAL / "courses.jsonl.gz", REAL / "offerings-fall-2024.jsonl.gz"
    if all(path.exists() for path in real):
        files = real if rows is None else (_first(real[0], folder, rows), _first(real[1], folder, rows))
        return Data(files, "the catalog and fall 2024 of UC San Diego")
    made = (
        _write(folder / "courses.jsonl.gz", _made(_course, rows or COURSES)),
        _write(folder / "offerings.jsonl.gz", _made(_section, rows or SECTIONS)),
    )
    return Data(made, "generated rows (../shared/data/ucsd is not here)")


def _first(path: Path, folder: Path, rows: int) -> Path:
    with gzip.open(path, "rb") as source, gzip.open(folder / path.name, "wb") as target:
        target.writelines(islice(source, rows))
    return folder / path.name


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    with gzip.open(path, "wt") as target:
        target.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def _made(row: Callable[[random.Random, int], dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(1)  # noqa: S311 - the same rows each time
    for number in range(count):
        yield row(dice, number)


def _words(dice: random.Random, count: int) -> str:
    return " ".join(f"{dice.choice('bdfklmnprst')}{dice.randrange(3000):x}o" for _ in range(count))


def _code(number: int) -> str:
    return f"SUB{number % 90} {1 + number // 90}"


def _course(dice: random.Random, number: int) -> dict[str, Any]:
    return {
        "code": _code(number),
        "program": f"SUB{number % 90}",
        "programName": f"Subject {number % 90}",
        "level": "undergraduate" if number % 3 else "graduate",
        "title": _words(dice, 4).title(),
        "credits": 4.0,
        "school": "Made-up University",
        "description": _words(dice, 60),
        "courseUrl": "",
        "prerequisites": [],
        "prerequisiteText": _words(dice, 8),
    }


def _section(dice: random.Random, number: int) -> dict[str, Any]:
    start = dice.randrange(8, 19)
    meeting = {
        "kind": "LE",
        "days": sorted(dice.sample(_DAYS, 2), key=_DAYS.index),
        "startTime": f"{start:02}:00",
        "endTime": f"{start + 1:02}:20",
        "location": f"Hall {dice.randrange(300)}",
    }
    return {
        "courseCode": _code(number % COURSES),
        "classNumber": 100_000 + number,
        "title": _words(dice, 4).title(),
        "section": f"A{number % 50:02}",
        "year": 2024,
        "term": "fall",
        "level": "undergraduate",
        "school": "Made-up University",
        "instructors": [_words(dice, 2).title()],
        "status": "open",
        "seatsTotal": 30,
        "isCorequisite": False,
        "meetings": [meeting],
    }
