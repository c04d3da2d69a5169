"""What the benchmark computes by itself, and that every part of it still runs."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from rich.console import Console

from cli.importing.belonging import Belongings
from cli.importing.items import Reading
from cli.importing.kinds import Kind
from cli.importing.scan import scan
from cli.importing.summary import Summary
from tests.bench import cpu, data
from tests.bench.__main__ import bench
from tests.bench.effort import SMOKE
from tests.bench.figures import Figure, Floor, Rounds, percentile, ratio
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


async def test_every_measurement_still_comes_to_a_figure() -> None:
    suite = await bench(SMOKE, NAMES, Console(quiet=True))
    figures = [figure for measured in suite.figures for figure in measured]
    assert [len(measured) > 0 for measured in suite.figures] == [True] * len(NAMES)
    assert [each.name for each in figures if not math.isfinite(each.value)] == []
    assert [each.name for each in figures for floor in each.floors if min(each.value, floor.value) <= 0] == []
