"""The table that people read."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure, Floor, number, ratio


def show(console: Console, title: str, measurements: list[list[Figure]]) -> None:
    """A section per measurement, a line per figure; a second floor gets a line of its own."""
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("figure", no_wrap=True)
    table.add_column("measured", justify="right", style="bold")
    table.add_column("floor", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("aim")
    table.add_column("processor per operation", overflow="fold")
    for figures in measurements:
        for figure in figures:
            _add(table, figure)
        table.add_section()
    console.print(table)


def _add(table: Table, figure: Figure) -> None:
    first, *others = [*figure.floors, None][: max(1, len(figure.floors))]
    measured = f"{number(figure.value)} {figure.unit}"
    table.add_row(figure.name, measured, *_beside(figure, first), figure.aim, _cpu(figure))
    for other in others:
        table.add_row("", "", *_beside(figure, other), "", "")


def _beside(figure: Figure, floor: Floor | None) -> tuple[str, str]:
    if floor is None:
        return "", ""
    return f"{number(floor.value)} ({floor.what})", f"{ratio(figure, floor):.2f} ×"


def _cpu(figure: Figure) -> str:
    return ", ".join(f"{name} {number(1e6 * used)} µs" for name, used in figure.cpu.items())
