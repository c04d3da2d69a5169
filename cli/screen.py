"""Printing JSON and differences."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from rich.console import Console
from rich.text import Text

from cli.differences import ABSENT, Difference

COLOURS = {"+": "green", "-": "red", "~": "yellow"}
WIDTH = 100


def print_json(value: object, *, compact: bool = False) -> None:
    """Prints a value as JSON: on one line if `compact`, else indented."""
    text = json.dumps(value, ensure_ascii=False, indent=None if compact else 2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def print_difference(console: Console, difference: Difference) -> None:
    """Prints one line: sign, place, and the old and the new value."""
    line = Text(f"{difference.sign} {difference.path}: ", style=COLOURS[difference.sign])
    values = [_short(value) for value in (difference.before, difference.after) if value is not ABSENT]
    console.print(line.append(" → ".join(values), style="default"), soft_wrap=True)


def clock() -> str:
    """The time of day, for the head line of an update."""
    return datetime.now().astimezone().strftime("%H:%M:%S")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
