"""The demo catalog: it is whole, valid, and goes in once."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from cli.main import main
from cli.seed import DEMO
from tests.cli.importing.fake import FakeCatalog


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEMO / name).read_text())
    return found


SECTIONS = rows("offerings-fall-2026.json") + rows("offerings-spring-2027.json")


def seed(catalog: FakeCatalog) -> int:
    with pytest.raises(SystemExit) as end:
        main(["seed", "--gateway", catalog.address, "--token", "an-admin", "--json"])
    return int(end.value.code or 0)


def test_seeding_twice_stores_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeCatalog().serving() as catalog:
        assert (seed(catalog), seed(catalog)) == (0, 0)
        second = json.loads(capsys.readouterr().out.split("\n}\n")[1] + "}")
    for counts in second["kinds"].values():
        assert counts["unchanged"] == counts["read"]
    assert {kind: len(stored) for kind, stored in catalog.stored.items()} == {
        "schools": 3,
        "courses": 40,
        "programs": 2,
        "offerings": 90,
        "app_configs": 6,
    }


def test_every_section_is_of_a_course_of_the_demo() -> None:
    assert {row["courseCode"] for row in SECTIONS} <= {row["code"] for row in rows("courses.json")}


def test_every_component_goes_along_with_a_section_of_its_course_and_term() -> None:
    sections = {(row["year"], row["term"], row["classNumber"]): row for row in SECTIONS}
    assert len(sections) == len(SECTIONS)
    for row in SECTIONS:
        assert row["isCorequisite"] == ("corequisiteOf" in row)
        if row["isCorequisite"]:
            lecture = sections[row["year"], row["term"], row["corequisiteOf"]]
            assert lecture["courseCode"] == row["courseCode"]
            assert not lecture["isCorequisite"]


def test_the_demo_shows_every_status_and_kind_of_meeting() -> None:
    assert set(Counter(row["status"] for row in SECTIONS)) == {"open", "closed", "waitlist", "cancelled"}
    kinds = {meeting["kind"] for row in SECTIONS for meeting in row["meetings"]}
    assert {"lecture", "recitation", "laboratory", "final exam"} <= kinds
    assert any(not row["meetings"] for row in SECTIONS)
