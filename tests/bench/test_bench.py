"""What the benchmark computes by itself, and that every part of it still runs."""

from __future__ import annotations

import asyncio
import math
import os
from pathlib import Path
from unittest.mock import Mock
from xml.etree import ElementTree

import pytest
from rich.console import Console
from websockets.frames import Frame, Opcode

from cli.importing.belonging import Belongings
from cli.importing.items import Reading
from cli.importing.kinds import Kind
from cli.importing.scan import scan
from cli.importing.summary import Summary
from tests.bench import cpu, data
from tests.bench.__main__ import bench
from tests.bench.chart import picture
from tests.bench.effort import SMOKE
from tests.bench.figures import Figure, Floor, Rounds, percentile, ratio
from tests.bench.growth import Point, Series
from tests.bench.markdown import tables
from tests.bench.sockets import Socket
from tests.bench.suite import NAMES


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)) == (51.0, 100.0, 7.0)


def test_rounds_answer_the_median_of_nested_values() -> None:
    rounds = Rounds()
    for used in (3.0, 1.0, 2.0):
        rounds.add("import", {"rate": 10 * used, "cpu": {"catalog": used}})
    assert rounds.median("import.rate") == 20
    assert rounds.medians("import.cpu") == {"catalog": 2.0}


def test_a_ratio_is_a_multiple_of_the_floor() -> None:
    floor = Floor("COPY", 4.0)
    assert ratio(Figure("import", 1.0, "rows/s", [floor]), floor) == 0.25


def test_the_processor_time_of_a_process_grows_with_its_work() -> None:
    before = cpu.seconds(os.getpid())
    while cpu.seconds(os.getpid()) < before + 0.02:
        sum(range(10_000))
    assert cpu.per_operation({"us": before}, cpu.of({"us": os.getpid()}), 2)["us"] >= 0.01


def test_made_up_rows_are_importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "REAL", tmp_path / "nowhere")
    found, summary = scan(data.data(tmp_path, 200).files), Summary()
    for kind in (Kind.COURSES, Kind.OFFERINGS):
        items = list(Reading(kind, found, Belongings(), summary).items())
        assert len(items) == 200
    assert summary.reasons == {}


def test_costs_bend_where_they_grow_faster_than_expected() -> None:
    points = [Point(1, 5.0, 0), Point(10, 5.5, 0), Point(100, 55.0, 0), Point(1000, 2000.0, 0)]
    linear, flat = Series("touched", 1, points).bend(), Series("not touched", 0, points).bend()
    assert (linear and linear[0], flat and flat[0]) == (100, 10)


def test_the_picture_shows_every_point_of_every_series() -> None:
    found = [Series(name, 1, [Point(1, 5.0, 0), Point(10, 50.0, 0)]) for name in ("these & those", "others")]
    drawing = ElementTree.fromstring(picture(found, "Growing"))  # noqa: S314 - it is ours
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}circle"))) == 4


def test_the_tables_of_the_page_have_a_line_for_each_floor() -> None:
    figure = Figure("calls", 2.0, "ms", [Floor("one", 1.0), Floor("two", 4.0)], cpu={"gateway": 1e-3})
    lines = tables("Today", [[figure]]).splitlines()
    assert "| calls | 2.00 ms | 1.00 (one) | 2.00 |  |" in lines
    assert "|  |  | 4.00 (two) | 0.50 |  |" in lines
    assert "| calls | gateway 1,000 |" in lines


@pytest.mark.parametrize("step", [7, 4096, 100_000])
async def test_frames_are_taken_apart_however_they_arrive(step: int) -> None:
    heard: list[bytes] = []
    socket = Socket("here", "/", lambda text, at: heard.append(text), lambda why: None)
    socket.connection_made(Mock(spec=asyncio.Transport))
    texts = [b"short", b"m" * 1000, b"l" * 70_000]
    sent = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"".join(map(_from_server, texts))
    for start in range(0, len(sent), step):
        socket.data_received(sent[start : start + step])
    assert heard == texts


def _from_server(text: bytes) -> bytes:
    return Frame(Opcode.TEXT, text).serialize(mask=False)


OVERLOAD = ("overload",)


@pytest.mark.timeout(300)  # some forty seconds each on two quiet cores
@pytest.mark.parametrize("names", [tuple(name for name in NAMES if name not in OVERLOAD), OVERLOAD])
async def test_every_measurement_still_comes_to_a_figure(names: tuple[str, ...]) -> None:
    suite = await bench(SMOKE, names, Console(quiet=True))
    figures = [figure for measured in suite.figures for figure in measured]
    assert [len(measured) > 0 for measured in suite.figures] == [True] * len(names)
    assert [each.name for each in figures if not math.isfinite(each.value)] == []
    assert [each.name for each in figures for floor in each.floors if min(each.value, floor.value) <= 0] == []
