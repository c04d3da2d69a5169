"""The importer and the real catalog service, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from cli.importing import sending
from cli.importing.catalog import Catalog
from cli.importing.kinds import Kind
from cli.importing.run import Options, run
from cli.importing.scan import scan
from cli.importing.summary import Summary
from cli.seed import DEMO
from services.catalog.main import SERVICE
from tests.cli.importing.conftest import Write
from tests.cli.importing.rows import course, meeting, section
from tests.support.rpc import running


@pytest.fixture
async def stored(database: Callable[[str], str], nats_url: str, tmp_path: Path) -> AsyncIterator[Catalog]:
    """The importer's client of a catalog service over an empty database."""
    keys = tmp_path / "keys"
    keys.mkdir()
    async with running(SERVICE, keys, database_url=database("catalog"), nats_url=nats_url) as service:
        yield Catalog(service.channel, lambda: service.user("import", admin=True).metadata)


def counts(summary: Summary, kind: Kind) -> dict[str, int]:
    return {name: count for name, count in asdict(summary.kinds[kind]).items() if count}


async def test_the_demo_goes_in_once(stored: Catalog) -> None:
    first, second = await run(scan([DEMO]), stored, Options()), await run(scan([DEMO]), stored, Options())
    assert first.refused == 0
    assert {kind.value: tally.created for kind, tally in first.kinds.items()} == {
        "schools": 3,
        "courses": 40,
        "programs": 2,
        "offerings": 90,
        "appConfigs": 6,
    }
    assert all(tally.unchanged == tally.read for tally in second.kinds.values())


async def test_what_is_valid_goes_in_beside_what_is_not(stored: Catalog, write: Write) -> None:
    path = write(
        "sections.jsonl",
        section(1),
        section(2, meetings=[meeting(startTime="12:00")]),
        section(3, term="autumn"),
        "{",
        section(4, corequisiteOf=4),
        section(5, year=3000),
        section(6, courseCode="COMP-UG\u00a0101", meetings=[meeting(endTime="24:00")]),
    )
    summary = await run(scan([path]), stored, Options())
    assert counts(summary, Kind.OFFERINGS) == {"read": 7, "created": 2, "refused": 5, "tidied": 1}
    assert {reason.where for reason in summary.reasons.values()} == {"", "meetings[]", "term", "year"}


@pytest.mark.parametrize("size", [2, 1000])
async def test_a_dry_run_says_what_then_happens(
    stored: Catalog, write: Write, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sending, "MOST_ITEMS", size)
    needs = {"A 1": "A 5", "A 2": "A 1", "A 3": "B 9", "A 4": "A 3", "B 1": "B 2", "B 2": "B 1"}
    rows = [course(code=code, prerequisites=[requires(other)]) for code, other in needs.items()]
    path = write("courses.jsonl", *rows, course(code="A 5"), course(code="A 6", credits=-1))
    asked = await run(scan([path]), stored, Options(dry_run=True))
    done = await run(scan([path]), stored, Options())
    assert (
        counts(asked, Kind.COURSES) == counts(done, Kind.COURSES) == {"read": 8, "created": 5, "refused": 3}
    )


async def test_a_complete_file_removes_what_is_gone(stored: Catalog, write: Write) -> None:
    await run(scan([write("all.jsonl", *map(section, range(1, 11)))]), stored, Options())
    summary = await run(
        scan([write("now.jsonl", *map(section, range(2, 11)))]), stored, Options(complete=True)
    )
    assert [(each.missing, each.removed) for each in summary.removals] == [(1, 1)]


async def test_prerequisites_alone_are_added_to_the_stored_course(stored: Catalog, write: Write) -> None:
    courses = write("courses.jsonl", course(code="A 1", creditsMax=6), course(code="A 2"))
    alone = write("prerequisites.jsonl", requires("A 2") | {"courseCode": "A 1"})
    await run(scan([courses]), stored, Options())
    summary = await run(scan([alone]), stored, Options())
    assert counts(summary, Kind.PREREQUISITES) == {"read": 1, "changed": 1}
    async for (found,), _ in stored.courses(["A 1"]):
        assert (found.credits_max, found.prerequisite.course.code) == (6.0, "A 2")


def requires(*codes: str) -> dict[str, object]:
    return {"type": "required", "courses": list(codes)}
