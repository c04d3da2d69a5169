"""`albertplus import` from files to exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.importing.conftest import Import, Write
from tests.cli.importing.fake import FakeCatalog
from tests.cli.importing.rows import course, meeting, program, school, section


def test_a_folder_goes_in_and_the_second_time_nothing_changes(
    load: Import, write: Write, tmp_path: Path
) -> None:
    write("sections.jsonl.gz", section(), section(10002))
    write("courses.jsonl", course())
    write("schools.jsonl", school())
    first, second = load(tmp_path), load(tmp_path)
    assert (first.code, second.code) == (0, 0)
    assert first.tally("offerings") == {"read": 2, "created": 2}
    assert second.tally("offerings") == {"read": 2, "unchanged": 2}
    assert second.tally("courses") == {"read": 1, "unchanged": 1}


def test_what_others_need_goes_in_first(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    write("a-sections.jsonl", section())
    write("b-courses.jsonl", course())
    write("c-schools.jsonl", school())
    write("d-programs.jsonl", program())
    write("e.jsonl", {"key": "current_term", "value": "fall"})
    load(tmp_path)
    upserts = [name for name, _ in catalog.calls if name.startswith("BatchUpsert")]
    assert upserts == [
        f"BatchUpsert{kind}" for kind in ("Schools", "Courses", "Programs", "Offerings", "AppConfigs")
    ]


def test_a_dry_run_writes_nothing_and_says_so(load: Import, write: Write, catalog: FakeCatalog) -> None:
    result = load(write("courses.jsonl", course()), "--dry-run", as_json=False)
    assert "Dry run, nothing was written: 1 row" in result.out
    assert catalog.stored["courses"] == {}
    assert catalog.requests("BatchUpsertCourses")[0].dry_run


def test_a_broken_line_in_the_middle_is_refused_and_the_others_go_in(load: Import, write: Write) -> None:
    result = load(write("courses.jsonl", course(code="A 1"), '{"code": "A 2", ', course(code="A 3")))
    assert result.code == 1
    assert result.tally("courses") == {"read": 3, "created": 2, "refused": 1}
    ((where, rule, examples),) = result.reasons
    assert (where, examples) == ("", ["courses.jsonl:2"])
    assert rule.startswith("is not valid JSON")


def test_strict_writes_nothing_when_anything_is_refused(
    load: Import, write: Write, catalog: FakeCatalog
) -> None:
    result = load(write("courses.jsonl", course(), course(code="A 2", credits=-1)), "--strict", as_json=False)
    assert result.code == 1
    assert "Nothing was written: --strict" in result.out
    assert catalog.stored["courses"] == {}


def test_strict_writes_everything_when_nothing_is_refused(
    load: Import, write: Write, catalog: FakeCatalog
) -> None:
    assert load(write("courses.jsonl", course()), "--strict").tally("courses") == {"read": 1, "created": 1}
    assert list(catalog.stored["courses"]) == ["COMP-UG 101"]


@pytest.mark.parametrize(
    ("row", "where", "rule"),
    [
        (course(credits=-1), "credits", "greater than or equal to 0"),
        (course(credits=4, creditsMax=2), "", "creditsMax must not be less than credits"),
        (course(code=" "), "code", "must not be blank"),
        (course(level="Under Graduate"), "level", "must be a slug"),
        (section(year=2500), "year", "less than or equal to 2200"),
        (
            section(meetings=[meeting(), meeting(startTime="12:00")]),
            "meetings[]",
            "startTime must be before endTime",
        ),
        (section(meetings=[meeting(endTime=None)]), "meetings[]", "must be given together"),
        (section(number=0), "classNumber", "greater than 0"),
    ],
)
def test_the_catalogs_rules_are_reported_in_the_words_of_the_file(
    load: Import, write: Write, row: object, where: str, rule: str
) -> None:
    ((found_where, found_rule, examples),) = load(write("rows.jsonl", row)).reasons
    assert found_where == where
    assert rule in found_rule
    assert examples == ["rows.jsonl:1"]


def test_the_report_lists_every_row_that_did_not_simply_go_in(
    load: Import, write: Write, tmp_path: Path
) -> None:
    path = write("courses.jsonl", course(), course(), course(code="A 2", credits="x"))
    load(path, "--report", tmp_path / "report.jsonl")
    assert [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()] == [
        {
            "outcome": "repeated",
            "kind": "courses",
            "rows": [{"file": str(path), "line": 2}],
            "key": "COMP-UG 101",
        },
        {
            "outcome": "refused",
            "kind": "courses",
            "rows": [{"file": str(path), "line": 3}],
            "key": "A 2",
            "where": "credits",
            "rule": 'must be a number, not the text "x"',
        },
    ]


def test_sections_of_unknown_courses_go_in_and_are_counted(load: Import, write: Write) -> None:
    result = load(write("sections.jsonl", section(), section(10002), section(10003, courseCode="A 1")))
    assert result.code == 0
    assert result.summary["sections_without_course"] == {
        "rows": 3,
        "codes": 2,
        "examples": ["COMP-UG 101", "A 1"],
    }


def test_students_data_in_a_folder_is_left_out_aloud(load: Import, write: Write, tmp_path: Path) -> None:
    write("courses.jsonl", course())
    write("students.jsonl", {"userId": "u", "programs": []})
    (tmp_path / "LICENSE").write_text("MIT")
    assert load(tmp_path).summary["left_out"] == [
        "LICENSE: not a data file",
        "students.jsonl: holds students' own data, which is not part of the catalog",
    ]


def test_unusable_files_are_all_named_and_nothing_is_written(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    write("courses.jsonl", course())
    write("fruit.jsonl", {"weight": 1})
    write("empty.jsonl")
    result = load(tmp_path, tmp_path / "missing.jsonl")
    assert result.code == 2
    for part in (
        "fruit.jsonl: holds no known kind",
        "empty.jsonl: is empty",
        "missing.jsonl: does not exist",
    ):
        assert part in result.error
    assert catalog.calls == []


def test_a_file_that_changes_meanwhile_stops_the_run(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    path = write("courses.jsonl", course())
    write("schools.jsonl", school())
    catalog.on_call = lambda _: path.write_text("{}")
    result = load(tmp_path)
    assert result.code == 2
    assert "was changed while it was being imported" in result.error
