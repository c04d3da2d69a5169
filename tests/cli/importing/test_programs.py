"""Rows of programs and their requirements."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format

from cli.importing.fields import Fields
from cli.importing.problems import Invalid
from cli.importing.programs import program_input
from tests.cli.importing.rows import program


def requirement(row: dict[str, Any]) -> dict[str, Any]:
    (found,) = program_input(Fields(program(requirements=[row]))).requirements
    return json_format.MessageToDict(found)


@pytest.mark.parametrize(
    ("row", "stored"),
    [
        (
            {"type": "required", "isMajor": True, "description": "Core", "courses": ["A 1", "A\u00a02"]},
            {"major": True, "description": "Core", "courses": {"codes": ["A 1", "A 2"]}},
        ),
        (
            {"type": "alternative", "isMajor": False, "courses": ["A 1", "A 2"]},
            {"some": {"n": 1, "pool": {"codes": ["A 1", "A 2"]}}},
        ),
        (
            {
                "type": "options",
                "courses": [],
                "courseLevels": [{"program": "A", "level": 400}],
                "creditsRequired": 16,
            },
            {"credits": {"min": 16.0, "pool": {"subjectLevels": [{"subject": "A", "level": 400}]}}},
        ),
    ],
)
def test_flat_requirements_become_nodes(row: dict[str, Any], stored: dict[str, Any]) -> None:
    assert requirement(row) == stored


def test_a_node_of_our_own_is_taken_as_it_is() -> None:
    node = {
        "nodeId": "core",
        "kOf": {"k": 1, "children": [{"title": "One", "courses": {"codes": ["A 1"]}}]},
    }
    assert requirement(node) == node


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"type": "alternative", "courses": []}, "can never be met"),
        ({"type": "options", "courses": ["A 1"], "creditsRequired": "8"}, "must be a number"),
        ({"type": "options", "courseLevels": [{"program": "A"}], "creditsRequired": 8}, "is missing"),
        ({"type": "required", "courses": ["A 1"], "major": True}, "is not a known key"),
        ({"kOff": {}}, "no field named"),
    ],
)
def test_a_broken_requirement_refuses_its_program(row: dict[str, Any], rule: str) -> None:
    with pytest.raises(Invalid, match=rule):
        program_input(Fields(program(requirements=[row])))
