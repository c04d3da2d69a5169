"""What a file holds is told by its rows; its name decides only where they leave it open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.importing.kinds import Kind, kind_of
from cli.importing.problems import FileProblem
from tests.cli.importing.conftest import Write
from tests.cli.importing.rows import course, program, school, section

EXAMPLES = {
    Kind.SCHOOLS: school(),
    Kind.COURSES: course(),
    Kind.PREREQUISITES: {"courseCode": "A 1", "type": "required", "courses": ["A 0"]},
    Kind.PROGRAMS: program(),
    Kind.REQUIREMENTS: {"programName": "A", "isMajor": True, "type": "required", "courses": ["A 0"]},
    Kind.OFFERINGS: section(),
    Kind.APP_CONFIGS: {"key": "current_term", "value": "fall"},
    Kind.STUDENTS: {"userId": "u", "programs": [], "school": "A"},
    Kind.STUDENT_COURSES: {"userId": "u", "courseCode": "A 1", "title": "A", "year": 2026, "term": "fall"},
    Kind.STUDENT_OFFERINGS: {"userId": "u", "classNumber": 1},
}


@pytest.mark.parametrize(("kind", "row"), EXAMPLES.items())
def test_the_rows_tell_the_kind_whatever_the_name(write: Write, kind: Kind, row: dict[str, Any]) -> None:
    assert kind_of(write("misleading-schools.jsonl", row)) is kind


def test_the_name_decides_when_the_rows_say_nothing(write: Write) -> None:
    assert kind_of(write("courseOfferings.jsonl", {"oops": 1})) is Kind.OFFERINGS


def test_a_broken_first_row_does_not_hide_the_kind(write: Write) -> None:
    assert kind_of(write("a.jsonl", '{"code": ', course())) is Kind.COURSES


def test_unknown_rows_are_refused_with_their_keys(write: Write) -> None:
    with pytest.raises(FileProblem, match=r"no known kind of rows \(first row has size, weight\)"):
        kind_of(write("fruit.jsonl", {"weight": 1, "size": 2}))


def test_a_file_in_which_nothing_can_be_read_is_refused(write: Write) -> None:
    with pytest.raises(FileProblem, match=r"courses\.json:1: none of the first rows can be read"):
        kind_of(write("courses.json", "{", '"code": "A 1"', "}"))


def test_an_empty_array_is_refused(tmp_path: Path) -> None:
    (tmp_path / "courses.json").write_text("[]")
    with pytest.raises(FileProblem, match="holds no rows"):
        kind_of(tmp_path / "courses.json")
