"""`--complete`: what the files don't name goes, but a term is not dropped by accident."""

from __future__ import annotations

import pytest

from tests.cli.importing.conftest import Import, Write
from tests.cli.importing.fake import FakeCatalog
from tests.cli.importing.rows import section


@pytest.fixture
def stored(load: Import, write: Write, catalog: FakeCatalog) -> FakeCatalog:
    """Ten sections in fall, one in spring, one of another school."""
    fall = [section(number) for number in range(1, 11)]
    load(write("stored.jsonl", *fall, section(1, term="spring"), section(11, school="College of Letters")))
    return catalog


def numbers(catalog: FakeCatalog) -> list[int]:
    return sorted(each.class_number for each in catalog.stored["offerings"].values())


def test_without_complete_nothing_is_removed(stored: FakeCatalog, load: Import, write: Write) -> None:
    load(write("fall.jsonl", section(1)))
    assert len(numbers(stored)) == 12


def test_sections_of_the_term_and_school_that_are_not_named_go(
    stored: FakeCatalog, load: Import, write: Write
) -> None:
    result = load(write("fall.jsonl", *[section(number) for number in range(3, 13)]), "--complete")
    assert result.code == 0
    assert numbers(stored) == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]  # 1 is that of spring
    (removal,) = result.summary["removals"]
    assert (removal["term"], removal["missing"], removal["removed"]) == ("fall 2026", 2, 2)


def test_more_than_a_fifth_is_refused_before_anything_is_written(
    stored: FakeCatalog, load: Import, write: Write
) -> None:
    path = write("fall.jsonl", *[section(number, title="New") for number in range(1, 8)])
    result = load(path, "--complete")
    assert result.code == 2
    assert (
        "would remove 3 of 10 sections of fall 2026, School of Engineering; nothing was written"
        in result.error
    )
    assert "--allow-drop" in result.error
    assert len(numbers(stored)) == 12
    assert {each.title for each in stored.stored["offerings"].values()} == {"Introduction to Programming"}


def test_allow_drop_lets_them_go(stored: FakeCatalog, load: Import, write: Write) -> None:
    load(write("fall.jsonl", section(1)), "--complete", "--allow-drop")
    assert numbers(stored) == [1, 1, 11]


def test_a_dry_run_only_says_what_would_go(stored: FakeCatalog, load: Import, write: Write) -> None:
    path = write("fall.jsonl", *[section(number) for number in range(2, 11)])
    result = load(path, "--complete", "--dry-run", as_json=False)
    assert "1 of 10 sections of fall 2026, School of Engineering would be removed" in result.out
    assert len(numbers(stored)) == 12


def test_a_row_that_can_not_be_read_may_be_one_that_stays(
    stored: FakeCatalog, load: Import, write: Write
) -> None:
    path = write("fall.jsonl", *[section(number) for number in range(2, 11)], "{")
    result = load(path, "--complete")
    assert result.code == 2
    assert "1 rows can't be read, the first is fall.jsonl:10" in result.error
    assert len(numbers(stored)) == 12


def test_a_refused_section_stays(stored: FakeCatalog, load: Import, write: Write) -> None:
    path = write("fall.jsonl", *[section(number) for number in range(1, 10)], section(10, status="full"))
    assert load(path, "--complete").code == 1
    assert len(numbers(stored)) == 12


def test_allow_drop_alone_means_nothing(load: Import, write: Write) -> None:
    assert load(write("fall.jsonl", section()), "--allow-drop").code == 2
