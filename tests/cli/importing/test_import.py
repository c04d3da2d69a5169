"""`albertplus import` from files to exit code."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2

from cli.importing import calls, sending
from tests.cli.importing.conftest import Import, Write
from tests.cli.importing.fake import FakeCatalog, Refusal
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
    assert "Dry run, nothing was written: 1 rows" in result.out
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


def test_batches_have_at_most_a_thousand_rows_and_a_megabyte(
    load: Import, write: Write, catalog: FakeCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = "x" * 19_000
    rows = [course(code=f"A {n}", description=big if n < 60 else "") for n in range(1200)]
    assert load(write("courses.jsonl", *rows)).tally("courses") == {"read": 1200, "created": 1200}
    requests = catalog.requests("BatchUpsertCourses")
    assert sum(len(request.courses) for request in requests) == 1200
    assert all(request.ByteSize() < sending.MOST_BYTES * 1.05 for request in requests)
    assert all(len(request.courses) <= 1000 for request in requests)
    assert len(set(catalog.keys)) == len(requests) == 3


def test_a_batch_is_sent_again_with_its_key_when_that_may_help(
    load: Import, write: Write, catalog: FakeCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_DELAY", 0.001)
    retry = error_details_pb2.RetryInfo(retry_delay=Duration(nanos=1000))
    catalog.refusals = [
        Refusal(grpc.StatusCode.UNAVAILABLE, "restarting"),
        Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", retry),
    ]
    assert load(write("courses.jsonl", course())).tally("courses") == {"read": 1, "created": 1}
    assert len(catalog.keys) == 3
    assert len(set(catalog.keys)) == 1


def test_without_permission_it_stops_at_once(load: Import, write: Write, catalog: FakeCatalog) -> None:
    catalog.refusals = [Refusal(grpc.StatusCode.PERMISSION_DENIED, "not for you")]
    result = load(write("courses.jsonl", course()))
    assert result.code == 2
    assert "PERMISSION_DENIED: not for you" in result.error
    assert "needs an administrator's token" in result.error
    assert len(catalog.calls) == 1


def test_without_a_gateway_it_says_so(
    load: Import, write: Write, catalog: FakeCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    catalog.address = "127.0.0.1:1"
    result = load(write("courses.jsonl", course()))
    assert result.code == 2
    assert "UNAVAILABLE" in result.error
    assert "is it running?" in result.error


def test_settings_are_refused_together(load: Import, write: Write, catalog: FakeCatalog) -> None:
    broken = error_details_pb2.BadRequest()
    broken.field_violations.add(field="app_configs[1].key", description="must start with a letter")
    catalog.refusals = [Refusal(grpc.StatusCode.INVALID_ARGUMENT, "invalid", broken)]
    rows = [{"key": "a", "value": "1"}, {"key": "1", "value": "1"}]
    result = load(write("appConfigs.jsonl", *rows))
    assert result.tally("appConfigs") == {"read": 2, "refused": 2}
    assert result.reasons == [
        ("", "is stored together with others, and one of them is refused", ["appConfigs.jsonl:1"]),
        ("key", "must start with a letter", ["appConfigs.jsonl:2"]),
    ]


def test_a_file_that_changes_meanwhile_stops_the_run(
    load: Import, write: Write, catalog: FakeCatalog, tmp_path: Path
) -> None:
    path = write("courses.jsonl", course())
    write("schools.jsonl", school())
    catalog.on_call = lambda _: path.write_text("{}")
    result = load(tmp_path)
    assert result.code == 2
    assert "was changed while it was being imported" in result.error


def requiring(code: str, *required: str) -> dict[str, object]:
    return course(code=code, prerequisites=[{"type": "required", "courses": list(required)}])


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
