"""Prerequisites and requirements: how they find their owners, over files and batches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.importing import sending
from tests.cli.importing.conftest import Import, Write
from tests.cli.importing.fake import FakeCatalog
from tests.cli.importing.rows import course, program


def requiring(code: str, *required: str) -> dict[str, object]:
    return course(code=code, prerequisites=[{"type": "required", "courses": list(required)}])


def test_prerequisites_and_requirements_of_other_files_join_their_owners(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    write("courses.jsonl", course(), course(code="A 1"))
    write("programs.jsonl", program())
    write("prerequisites.jsonl", {"courseCode": "COMP-UG 101", "type": "required", "courses": ["A 1"]})
    write("requirements.jsonl", {"programName": "Computing (BS)", "type": "required", "courses": ["A 1"]})
    result = load(tmp_path)
    assert result.tally("prerequisites") == result.tally("requirements") == {"read": 1, "joined": 1}
    assert catalog.stored["courses"]["COMP-UG 101"].prerequisite.course.code == "A 1"
    (stored,) = catalog.stored["programs"].values()
    assert list(stored.requirements[0].courses.codes) == ["A 1"]


def test_prerequisites_alone_change_the_course_in_the_catalog(
    load: Import, write: Write, catalog: FakeCatalog
) -> None:
    load(write("courses.jsonl", course(), course(code="A 1")))
    row = {"courseCode": "COMP-UG 101", "type": "required", "courses": ["A 1"]}
    result = load(write("prerequisites.jsonl", row))
    assert result.tally("prerequisites") == {"read": 1, "changed": 1}
    stored = catalog.stored["courses"]["COMP-UG 101"]
    assert (stored.title, stored.prerequisite.course.code) == ("Introduction to Programming", "A 1")


def test_a_prerequisite_of_a_course_that_does_not_exist_is_refused(load: Import, write: Write) -> None:
    result = load(write("prerequisites.jsonl", {"courseCode": "A 9", "type": "required", "courses": ["A 1"]}))
    assert result.code == 1
    rule = 'names the course "A 9", which is in neither the files nor the catalog'
    assert result.reasons == [("", rule, ["prerequisites.jsonl:1"])]


def test_a_broken_prerequisite_keeps_its_course_from_going_in_without_it(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    write("courses.jsonl", course())
    write("prerequisites.jsonl", {"courseCode": "COMP-UG 101", "type": "all", "courses": ["A 1"]})
    result = load(tmp_path)
    assert result.tally("courses") == {"read": 1, "refused": 1}
    assert catalog.stored["courses"] == {}
    assert "prerequisites.jsonl:1, which belongs to it, is refused" in result.reasons[1][1]


def test_a_requirement_must_say_which_of_two_programs_it_means(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    write("programs.jsonl", program(), program(level="graduate"))
    requirement = {"programName": "Computing (BS)", "type": "required", "courses": ["A 1"]}
    path = write("requirements.jsonl", requirement)
    assert "fits 2 programs" in load(tmp_path).reasons[0][1]
    path.write_text(json.dumps(requirement | {"programLevel": "graduate"}))
    assert load(tmp_path).code == 0
    assert catalog.stored["programs"]["Computing (BS)", "graduate", "School of Engineering"].requirements


def test_a_requirement_of_a_program_that_does_not_exist_is_refused(load: Import, write: Write) -> None:
    row = {"programName": "Alchemy (BA)", "type": "required", "courses": ["A 1"]}
    assert 'names the program "Alchemy (BA)"' in load(write("requirements.jsonl", row)).reasons[0][1]


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--strict"]])
def test_prerequisites_may_name_courses_of_later_batches(
    load: Import, write: Write, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr(sending, "MOST_ITEMS", 2)
    rows = [requiring("A 1", "A 3"), requiring("A 2", "A 1"), requiring("A 3", "A 5")]
    rows += [requiring("B 1", "B 2"), requiring("C 1"), requiring("B 2", "B 1"), course(code="A 5")]
    result = load(write("courses.jsonl", *rows), *options)
    assert result.tally("courses") == {"read": 7, "created": 7}


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_prerequisite_on_a_refused_course_is_refused_too(
    load: Import, write: Write, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr(sending, "MOST_ITEMS", 1)
    rows = [
        requiring("A 1", "A 2"),
        requiring("A 2", "A 3"),
        course(code="A 3", credits=-1),
        course(code="A 4"),
    ]
    result = load(write("courses.jsonl", *rows), *options)
    assert result.tally("courses") == {"read": 4, "created": 1, "refused": 3}
    assert ("prerequisite.course.code", "there is no course A 2", ["courses.jsonl:1"]) in result.reasons


def test_a_prerequisite_on_a_course_that_is_nowhere_is_refused(load: Import, write: Write) -> None:
    result = load(write("courses.jsonl", requiring("A 1", "A 9"), course()))
    assert result.code == 1
    assert result.reasons == [("prerequisite.course.code", "there is no course A 9", ["courses.jsonl:1"])]


def test_in_a_dry_run_a_new_prerequisite_is_a_change(
    load: Import, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(write("courses.jsonl", course(code="A 1")))
    monkeypatch.setattr(sending, "MOST_ITEMS", 1)
    result = load(write("courses.jsonl", requiring("A 1", "A 2"), course(code="A 2")), "--dry-run")
    assert result.tally("courses") == {"read": 2, "changed": 1, "created": 1}


@pytest.mark.parametrize("size", [2, 3, 4])
def test_courses_that_name_each_other_go_in_together(
    load: Import, write: Write, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sending, "MOST_ITEMS", size)
    names = [f"{letter} {number}" for number in (1, 2) for letter in "ABCDEF"]
    rows = [requiring(name, name[:2] + str(3 - int(name[2:])), "Z 1") for name in names]
    result = load(write("courses.jsonl", *rows, course(code="Z 1")))
    assert result.tally("courses") == {"read": 13, "created": 13}
