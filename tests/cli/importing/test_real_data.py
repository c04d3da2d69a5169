"""The data of two real universities, where it lies beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.importing.conftest import Import
from tests.cli.importing.fake import FakeCatalog

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"there is no real data in {DATA}")


def test_a_whole_university_goes_in_and_nothing_is_refused(load: Import, catalog: FakeCatalog) -> None:
    folder = DATA / "ucsd"
    names = ("courses", "schools", "offerings-fall-2024")
    first = load(*(folder / f"{name}.jsonl.gz" for name in names))
    assert first.code == 0
    assert first.tally("courses") == {"read": 6786, "created": 6786, "tidied": 1}
    assert first.tally("offerings") == {"read": 8716, "created": 8688, "joined": 28, "tidied": 6}
    assert first.summary["sections_without_course"]["rows"] == 1327
    assert len(catalog.stored["offerings"]) == 8688


def test_sections_split_over_rows_keep_all_their_meetings(load: Import, catalog: FakeCatalog) -> None:
    load(DATA / "ucsd" / "offerings-fall-2024.jsonl.gz")
    lab = catalog.stored["offerings"][2024, 5, 787017]
    assert [(each.kind, list(each.days)) for each in lab.meetings] == [("LE", [2]), ("LA", [2]), ("LA", [4])]


def test_a_second_import_of_a_term_changes_nothing(load: Import) -> None:
    path = DATA / "ucsd" / "offerings-spring-2025.jsonl.gz"
    load(path)
    assert load(path, "--complete").tally("offerings") == {"read": 8642, "unchanged": 8608, "joined": 34}


def test_albertplus_own_seed_goes_in_with_its_trees(load: Import, catalog: FakeCatalog) -> None:
    result = load(DATA / "albertplus")
    assert result.code == 0
    read = {kind: counts["read"] for kind, counts in result.summary["kinds"].items()}
    assert read == {
        "schools": 32,
        "courses": 25,
        "prerequisites": 15,
        "programs": 6,
        "requirements": 8,
        "offerings": 45,
        "appConfigs": 6,
    }
    algorithms = catalog.stored["courses"]["CSCI-UA 310"].prerequisite
    assert [rule.course.code for rule in algorithms.all.rules] == ["CSCI-UA 102", "MATH-UA 120"]
    assert len(result.summary["left_out"]) == 4
