"""The product's main job on real data: a section closes, and every schedule that holds it shows it."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.dev import ROOT, ready
from tests.system.operator import Operator

UCSD = ROOT.parent / "shared" / "data" / "ucsd"
FILES = [UCSD / name for name in ("schools.jsonl.gz", "courses.jsonl.gz", "offerings-fall-2024.jsonl.gz")]
FALL = {"year": 2024, "season": "SEASON_FALL"}
CHOSEN = (627604, 525253, 543147)
SCHEDULE = "ScheduleService/GetSchedule"

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not UCSD.exists(), reason="the real catalog is not beside the repository"),
    pytest.mark.timeout(240),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def operator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Operator]:
    """Two of each process, with the real catalog loaded."""
    async with ready(tmp_path_factory.mktemp("home"), "--replicas", "2") as dev:
        operator = Operator(dev)
        summary = await operator.load(*FILES)
        assert summary["read"] == 15_504
        assert summary["refused"] == 0
        yield operator


def status_of(schedule: dict[str, Any], class_number: int) -> str:
    """What a schedule shows as the status of one of its sections."""
    (entry,) = (e for e in schedule["entries"] if int(e["class_number"]) == class_number)
    return str(entry["offering"]["status"])


def section_row(class_number: int, **changed: Any) -> dict[str, Any]:
    """The row of a section in the real data, with some fields changed."""
    with gzip.open(FILES[2]) as lines:
        rows = (json.loads(line) for line in lines)
        return {**next(row for row in rows if row["classNumber"] == class_number), **changed}


async def test_a_closed_section_shows_in_the_schedules_that_hold_it_and_nowhere_else(
    operator: Operator, tmp_path: Path
) -> None:
    for class_number in CHOSEN:
        section = {"term": FALL, "class_number": class_number}
        await operator.call("ScheduleService/AddOffering", {"section": section}, "alice")
    closing = tmp_path / "closing.jsonl"
    closing.write_text(json.dumps(section_row(CHOSEN[0], status="closed")))

    async with (
        operator.watching(SCHEDULE, {}, "alice") as alice,
        operator.watching(SCHEDULE, {}, "bob") as bob,
        operator.watching(SCHEDULE, {}, "carol") as carol,
    ):
        assert status_of(await alice.next(), CHOSEN[0]) == "OFFERING_STATUS_OPEN"
        assert not (await bob.next()).get("entries")
        assert not (await carol.next()).get("entries")
        counted = operator.second_gateway_counts()

        assert (await operator.load(closing))["changed"] == 1

        assert status_of(await alice.next(), CHOSEN[0]) == "OFFERING_STATUS_CLOSED"
        # One run and one message for the one schedule that holds the section, none for bob and carol.
        assert operator.second_gateway_counts() == {
            "runs": counted["runs"] + 1,
            "updates": counted["updates"] + 1,
        }


async def test_importing_the_same_files_again_writes_nothing_and_pushes_nothing(operator: Operator) -> None:
    await operator.load(*FILES)
    section = {"term": FALL, "class_number": CHOSEN[0]}
    await operator.call("ScheduleService/AddOffering", {"section": section}, "dave")
    async with operator.watching(SCHEDULE, {}, "dave") as dave:
        await dave.next()
        written, counted = operator.catalog_writes(), operator.second_gateway_counts()

        again = await operator.load(*FILES)

        assert again["unchanged"] + again["joined"] == again["read"] == 15_504
        assert operator.catalog_writes() == written
        assert operator.second_gateway_counts() == counted
