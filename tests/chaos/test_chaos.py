"""The short form of `make chaos`, and the proof that it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.dev.home import Home
from tests.chaos.faults import FAULTS
from tests.chaos.report import Report
from tests.chaos.run import Plan, run
from tests.chaos.schedule import steps

SECONDS = 20.0
SEED = "ci"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    found.path.mkdir(mode=0o700)
    return found


def shown(report: Report) -> str:
    """For whoever reads why it failed."""
    return f"seed {report.seed}, {dict(report.faults)}: {report.as_json()}"


async def test_nothing_wrong_is_ever_seen(home: Home) -> None:
    report = await run(home, Plan(SEED, SECONDS), print)
    assert report.clean, shown(report)
    assert report.faults.total() >= 2  # as many as a busy machine gets done in that time
    assert report.acknowledged > 100


async def test_a_gateway_that_does_not_wait_for_own_writes_is_noticed(home: Home) -> None:
    plan = Plan(SEED, 3.0, ("cut-clients",), disabled=("own_write_wait",))
    report = await run(home, plan, print)
    assert report.oracle.violations["own writes"], shown(report)


def test_every_fault_is_drawn_before_one_comes_again() -> None:
    drawn, coming = list[str](), steps(tuple(FAULTS), SEED)
    while len(drawn) < len(FAULTS):
        drawn += next(coming).faults
    assert sorted(drawn) == sorted(FAULTS)
