"""A picture of how costs grow. Both axes are logarithmic: what is linear has the same slope everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from tests.bench.growth import Point, Series

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 200, 44, 52
_SECOND = 1000
_COLOURS = ("#1f6feb", "#cf222e", "#1a7f37", "#9a6700")
_STYLE = """
  text { font: 12px sans-serif; fill: #1f2328 } .title { font-size: 14px; font-weight: bold }
  .grid { stroke: #d1d9e0; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
"""


class Axis:
    """From powers of ten to places on the paper."""

    def __init__(self, values: Iterable[float], start: float, end: float) -> None:
        logs = [math.log10(value) for value in values if value > 0]
        self.low, self.high = math.floor(min(logs)), max(math.ceil(max(logs)), math.floor(min(logs)) + 1)
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        """Where it is."""
        share = (math.log10(max(value, 1e-9)) - self.low) / (self.high - self.low)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        """Powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def picture(found: Sequence[Series], title: str) -> str:
    """An SVG."""
    points = [point for each in found for point in each.points]
    across = Axis((point.size for point in points), _LEFT, _WIDTH - _RIGHT)
    up = Axis((point.milliseconds for point in points), _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 22, title, "title"),
        *_grid(across, up),
    ]
    for number, each in enumerate(found):
        parts += _line(each, _COLOURS[number % len(_COLOURS)], number, across, up)
    return "\n".join((*parts, "</svg>")) + "\n"


def _grid(across: Axis, up: Axis) -> Iterator[str]:
    left, right, bottom = _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for tick in across.ticks():
        x = across.place(tick)
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}"/>'
        yield _text(x, bottom + 18, f"{tick:,.0f}", anchor="middle")
    for tick in up.ticks():
        y = up.place(tick)
        yield f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield _text(left - 8, y + 4, _time(tick), anchor="end")
    yield _text((left + right) / 2, bottom + 38, "how many there are", anchor="middle")


def _line(each: Series, colour: str, number: int, across: Axis, up: Axis) -> Iterator[str]:
    places = [_place(point, across, up) for point in each.points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline class="line" stroke="{colour}" points="{line}"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    y = _TOP + 14 + 22 * number
    x = _WIDTH - _RIGHT + 14
    yield f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
    yield _text(x + 16, y, each.name)


def _place(point: Point, across: Axis, up: Axis) -> tuple[float, float]:
    return across.place(point.size), up.place(point.milliseconds)


def _time(milliseconds: float) -> str:
    return f"{milliseconds:g} ms" if milliseconds < _SECOND else f"{milliseconds / _SECOND:g} s"


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
