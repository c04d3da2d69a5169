"""The tables of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.bench.figures import Figure, number, ratio


def tables(title: str, measurements: Sequence[Sequence[Figure]]) -> str:
    """What was measured beside its floor, then what it took of the processor."""
    return "\n".join((title, "", *_measured(measurements), "", *_processor(measurements), ""))


def _measured(measurements: Sequence[Sequence[Figure]]) -> Iterator[str]:
    yield "| figure | measured | floor | ratio | aim |"
    yield "|---|---:|---:|---:|---|"
    for figure in _all(measurements):
        floors = [
            (f"{number(floor.value)} ({floor.what})", f"{ratio(figure, floor):.2f}")
            for floor in figure.floors
        ]
        first, *others = floors or [("", "")]
        yield _row(figure.name, f"{number(figure.value)} {figure.unit}", *first, figure.aim)
        yield from (_row("", "", *other, "") for other in others)


def _processor(measurements: Sequence[Sequence[Figure]]) -> Iterator[str]:
    yield "Processor time per operation, in µs:"
    yield ""
    yield "| operation | where |"
    yield "|---|---|"
    for figure in _all(measurements):
        used = [f"{name} {number(1e6 * value)}" for name, value in figure.cpu.items() if value >= _NOTHING]
        if used:
            yield _row(figure.name, ", ".join(used))


_NOTHING = 0.5e-6


def _all(measurements: Sequence[Sequence[Figure]]) -> Iterator[Figure]:
    return (figure for figures in measurements for figure in figures)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
