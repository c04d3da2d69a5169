"""Rows of courses and their prerequisites."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format

from cli.importing.courses import course_input
from cli.importing.fields import Fields
from cli.importing.problems import Invalid
from tests.cli.importing.rows import course


def test_every_key_finds_its_field() -> None:
    found = course_input(Fields(course(creditsMax=6.5, prerequisiteText="none.")))
    assert json_format.MessageToDict(found, preserving_proto_field_name=True) == {
        "code": "COMP-UG 101",
        "subject": "COMP-UG",
        "subject_name": "Computing",
        "level": "undergraduate",
        "school": "School of Engineering",
        "title": "Introduction to Programming",
        "credits_min": 4.0,
        "credits_max": 6.5,
        "description": "Small programs.",
        "url": "https://example.edu/101",
        "prerequisite_text": "none.",
    }


@pytest.mark.parametrize("credits", [0, 2.5, 4])
def test_credits_may_be_zero_or_a_fraction(credits: float) -> None:
    found = course_input(Fields(course(credits=credits)))
    assert (found.credits_min, found.credits_max) == (float(credits), 0.0)  # 0: the same as the least


@pytest.mark.parametrize("code", ["COMP-UG\u00a0101", " COMP-UG  101 ", "COMP-UG\t101", "COMP-UG\u202f101"])
def test_no_break_and_stray_spaces_in_a_code_are_tidied_and_counted(code: str) -> None:
    fields = Fields(course(code=code))
    assert course_input(fields).code == "COMP-UG 101"
    assert fields.tidied


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"credits": None}, "credits", "is missing"),
        ({"credits": "4"}, "credits", 'must be a number, not the text "4"'),
        ({"credits": True}, "credits", "must be a number, not true"),
        ({"credits": [2, 4]}, "credits", "must be a number, not a list"),
        ({"creditsMax": 0}, "creditsMax", "must not be less than credits"),
        ({"code": 101}, "code", "must be a text, not the number 101"),
        ({"title": "a\0b"}, "title", "has a NUL character in it"),
        ({"tilte": "A"}, "tilte", 'is not a known key; did you mean "title"?'),
        ({"prerequisites": {}}, "prerequisites", "must be a list, not an object"),
        ({"prerequisites": ["A 1"]}, "prerequisites", 'must hold objects, not the text "A 1"'),
        ({"prerequisite": {"al": 1}}, "prerequisite", "no field named"),
    ],
)
def test_what_is_no_course_is_refused_with_key_and_rule(
    changes: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(Invalid) as refused:
        course_input(Fields(course(**changes)))
    assert refused.value.field == field
    assert rule in refused.value.rule


def test_keys_of_a_convex_export_are_let_pass() -> None:
    assert course_input(Fields(course(_id="k57", _creationTime=1.5))).code == "COMP-UG 101"


@pytest.mark.parametrize(
    ("rows", "tree"),
    [
        ([], None),
        ([("required", ["A 1"])], "A 1"),
        ([("required", ["A 1", "A 2"])], ["all", "A 1", "A 2"]),
        ([("alternative", ["A 1", "A 2"])], ["any", "A 1", "A 2"]),
        ([("alternative", ["A 1"])], "A 1"),
        ([("required", ["A 1"]), ("alternative", ["B 1", "B 2"])], ["all", "A 1", ["any", "B 1", "B 2"]]),
        ([("required", [])], None),
    ],
)
def test_flat_prerequisites_become_a_tree(rows: list[tuple[str, list[str]]], tree: object) -> None:
    flat = [{"type": kind, "courses": courses} for kind, courses in rows]
    found = course_input(Fields(course(prerequisites=flat)))
    assert (shape(found.prerequisite) if found.HasField("prerequisite") else None) == tree


def test_options_are_credits_from_a_pool() -> None:
    rows = [{"type": "options", "courses": ["A 1", "A\u00a02"], "creditsRequired": 8}]
    credits = course_input(Fields(course(prerequisites=rows))).prerequisite.credits
    assert (credits.min, list(credits.pool.codes)) == (8.0, ["A 1", "A 2"])


def test_rows_of_another_file_are_added_to_those_of_the_course() -> None:
    separate = [{"courseCode": "COMP-UG 101", "type": "required", "courses": ["A 2"]}]
    found = course_input(Fields(course(prerequisites=[{"type": "required", "courses": ["A 1"]}])), separate)
    assert shape(found.prerequisite) == ["all", "A 1", "A 2"]


def test_a_tree_is_taken_as_it_is() -> None:
    tree = {"all": {"rules": [{"course": {"code": "A 1", "minGrade": "C"}}, {"opaque": {"text": "consent"}}]}}
    found = course_input(Fields(course(prerequisite=tree)))
    assert json_format.MessageToDict(found.prerequisite) == tree


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"type": "some", "courses": []}, '"some" is unknown; known are required, alternative, options'),
        ({"type": "alternative", "courses": []}, "can never be met"),
        ({"type": "options", "courses": ["A 1"]}, "is missing"),
        ({"type": "required", "courses": "A 1"}, "must be a list"),
        ({"type": "required", "course": ["A 1"]}, "is not a known key"),
    ],
)
def test_a_broken_prerequisite_refuses_its_course(row: dict[str, Any], rule: str) -> None:
    with pytest.raises(Invalid, match=rule):
        course_input(Fields(course(prerequisites=[row])))


def shape(rule: Any) -> object:
    """`["all", "A 1", ["any", …]]`."""
    kind = rule.WhichOneof("rule")
    return rule.course.code if kind == "course" else [kind, *map(shape, getattr(rule, kind).rules)]
