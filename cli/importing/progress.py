"""How far it is: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from cli.importing.kinds import Kind

_BETWEEN_LINES = 5.0


class _Rate(ProgressColumn):
    """Rows a second so far."""

    def render(self, task: Task) -> Text:
        rate = task.completed / task.elapsed if task.elapsed else 0.0
        return Text(f"{rate:,.0f} rows/s", style="progress.data.speed")


class Bar(AbstractContextManager["Bar"]):
    """A bar for each kind."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:>13}"), BarColumn(), MofNCompleteColumn(), _Rate())
        self._progress = Progress(*columns, console=console, transient=True)
        self._tasks: dict[Kind, TaskID] = {}

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, kind: Kind, settled: int, rows: int) -> None:
        if kind not in self._tasks:
            self._tasks[kind] = self._progress.add_task(kind.value, total=rows)
            self._progress.start()
        self._progress.update(self._tasks[kind], completed=settled)


class Lines(AbstractContextManager["Lines"]):
    """A plain line every few seconds, so that a log of a long import shows that it is alive."""

    def __init__(self, console: Console) -> None:
        self._console, self._began = console, time.monotonic()
        self._next = self._began + _BETWEEN_LINES

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, kind: Kind, settled: int, rows: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN_LINES
            self._console.print(f"{kind.value}: {settled:,} of {rows:,} rows, {now - self._began:.0f} s")


def shown_on(console: Console) -> Bar | Lines:
    return Bar(console) if console.is_terminal else Lines(console)
