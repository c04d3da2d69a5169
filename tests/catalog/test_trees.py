"""Prerequisites and requirements, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from services.catalog.model import prerequisites, requirements
from services.catalog.model.text import line


def test_all_courses_a_prerequisite_names_are_found_with_their_paths() -> None:
    tree = {
        "n_of": {
            "k": 1,
            "rules": [
                {"course": {"code": "A\u00a0 1"}},
                {"any": {"rules": [{"course": {"code": "B 2"}}, {"standing": {"standing": "junior"}}]}},
                {"credits": {"min": 4.0, "pool": {"codes": ["C\u00a03", "C 3"]}}},
            ],
        }
    }
    assert prerequisites.clean(tree) == [
        ("prerequisite.n_of.rules[0].course.code", "A 1"),
        ("prerequisite.n_of.rules[1].any.rules[0].course.code", "B 2"),
    ]
    assert tree["n_of"]["rules"][2]["credits"]["pool"]["codes"] == ["C 3"]  # type: ignore[index]


def test_a_tree_with_too_many_nodes_breaks_a_limit() -> None:
    many = {"all": {"rules": [{"opaque": {"text": "x"}}] * 200}}
    assert prerequisites.check({"any": {"rules": [many] * 2}}) == []
    [broken] = prerequisites.check({"any": {"rules": [many] * 3}})
    assert broken.rule == "must not have more than 500 nodes"


def test_derived_node_ids_keep_clear_of_given_ones() -> None:
    roots: list[dict[str, Any]] = [
        {"courses": {"codes": ["A 1"]}},
        {"node_id": "1", "courses": {"codes": ["B 2"]}},
    ]
    requirements.clean(roots)
    assert [root["node_id"] for root in roots] == ["1_", "1"]


def test_requirements_that_are_too_deep_break_a_limit() -> None:
    root: dict[str, Any] = {"courses": {"codes": ["A 1"]}}
    for _ in range(12):
        root = {"all_of": {"children": [root]}}
    [broken] = requirements.check([root])
    assert (broken.field, broken.rule) == ("requirements", "must not be deeper than 12 levels")


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("CSCI-UA\u00a0101", "CSCI-UA 101"),
        (" CSCI-UA \t\n 101 ", "CSCI-UA 101"),
        ("CSCI\u200b-UA\u2009101", "CSCI-UA 101"),
        ("", ""),
    ],
)
def test_codes_are_made_comparable(text: str, tidy: str) -> None:
    assert line(text) == tidy
