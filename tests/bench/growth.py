"""How the cost of an update grows: in proportion to those whom it concerns, and with nothing else."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import psycopg

from tests.bench import live, sections, worlds
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Rounds
from tests.bench.system import Measured
from tests.bench.worlds import World

_PER_PAGE = 250
_CHANGES = 12
_ROWS_FACTOR = 10
_SLACK = 0.15
"""How far an exponent may be from what is expected: below is noise."""
_ADD_ROWS = """
insert into offerings (course_code, class_number, year, season, section, title, description, level, school,
                       instructors, meetings, status, corequisite)
select 'GROW ' || n, 500000000 + n, 1999, 3, '001', 'Growing ' || n, 'One of many sections of long ago.',
       'undergraduate', 'Bench', array['Ada Lovelace'], '[]', 1, false
from generate_series(%s::int + 1, %s::int) n
"""


@dataclass(frozen=True, slots=True)
class Point:
    """So many of something, the median latency of an update, and what all processes used of the processor."""

    size: int
    milliseconds: float
    processor: float


@dataclass(frozen=True, slots=True)
class Series:
    """How an update's cost grows with one thing. `expected`: the exponent; 1 is linear, 0 is flat."""

    name: str
    expected: int
    points: Sequence[Point]

    def exponents(self) -> Iterator[tuple[Point, Point, float]]:
        """Between each two points, of the latency."""
        for one, other in pairwise(self.points):
            rise = math.log(other.milliseconds / one.milliseconds)
            yield one, other, rise / math.log(other.size / one.size)

    def bend(self) -> tuple[int, float] | None:
        """Where it first grows faster than expected, and by which exponent."""
        for one, _, exponent in self.exponents():
            if exponent > self.expected + _SLACK:
                return one.size, exponent
        return None


async def series(system: Measured, effort: Effort, rounds: Rounds) -> list[Series]:
    """All of them. Leaves the catalog with rows of long ago; needs it full."""
    sizes = [size for size in (1, 10, 100, 1000, 10_000) if size <= effort.most]
    few = [size for size in sizes if size <= effort.pages]
    grown = partial(_grown, system, rounds, min(_CHANGES, effort.mutations))
    return [
        await grown("subscribers of one query", 1, sizes, partial(worlds.shared, system)),
        await grown("queries touched", 1, few, lambda size: worlds.by_arguments(system, size, size)),
        await grown("live queries not touched", 0, sizes[1:], partial(_beside, system)),
        await grown(
            "rows in the table", 0, _rows(effort), partial(_among, system), partial(_add_rows, system)
        ),
    ]


def figures(found: Sequence[Series]) -> list[Figure]:
    """Each point, and which bends first."""
    return [
        Figure(
            f"{each.name}: {point.size:,}",
            point.milliseconds,
            "ms",
            cpu={"all processes": point.processor},
            aim=("linear" if each.expected else "flat") if point is each.points[0] else _bend(each, point),
        )
        for each in found
        for point in each.points
    ]


def _bend(found: Series, point: Point) -> str:
    bend = found.bend()
    return f"bends here: exponent {bend[1]:.2f}" if bend is not None and bend[0] == point.size else ""


async def _grown(
    system: Measured,
    rounds: Rounds,
    changes: int,
    name: str,
    expected: int,
    sizes: Sequence[int],
    world: Callable[[int], World],
    prepare: Callable[[int], Awaitable[None]] | None = None,
) -> Series:
    points = []
    for size in sizes:
        if prepare is not None:
            await prepare(size)
        seen = await live.watched(system, world(size), changes)
        median, used = seen["latencies"]["commit"]["p50"], _sum(seen["cpu"])
        rounds.add(f"growth.{name}.{size}", {"commit": seen["latencies"]["commit"], "cpu": seen["cpu"]})
        points.append(Point(size, median, used))
    return Series(name, expected, points)


def _sum(used: dict[str, float]) -> float:
    return sum(value for name, value in used.items() if name != "load")


def _beside(system: Measured, size: int) -> World:
    """One page whose query is touched, and so many queries of others that are not."""
    queries = worlds.distinct(system, size)
    others = [
        worlds.page(system, number, queries[first : first + _PER_PAGE], touched=False)
        for number, first in enumerate(range(0, len(queries), _PER_PAGE), 1)
    ]
    return World([*worlds.shared(system, 1).pages, *others], sections.FIRST)


def _rows(effort: Effort) -> list[int]:
    return [effort.most * _ROWS_FACTOR**step for step in range(2)]


def _among(system: Measured, size: int) -> World:
    return worlds.shared(system, 1)


async def _add_rows(system: Measured, size: int) -> None:
    async with await psycopg.AsyncConnection.connect(system.catalog_dsn) as connection:
        row = await (await connection.execute("select count(*) from offerings")).fetchone()
        assert row is not None
        await connection.execute(_ADD_ROWS, [row[0], size])
        await connection.commit()
        await connection.set_autocommit(True)
        await connection.execute("vacuum analyze offerings")
