"""Prerequisites and requirements, without a database."""

from __future__ import annotations

from typing import Any

import pytest
from albertplus.catalog.v1 import prerequisite_pb2, requirement_pb2
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.model import prerequisites, requirements
from services.catalog.model.text import line
from services.catalog.wire.shape import shape

CODES = st.lists(st.sampled_from(["A 1", "B 2", "C 3", "D 4"]), min_size=1, max_size=4, unique=True)
PREREQUISITES = st.lists(
    st.one_of(
        st.builds(lambda codes: {"type": "required", "courses": codes}, CODES),
        st.builds(lambda codes: {"type": "alternative", "courses": codes}, CODES),
        st.builds(lambda codes: {"type": "options", "courses": codes, "creditsRequired": 8.0}, CODES),
    ),
    max_size=4,
)
REQUIREMENTS = st.lists(
    st.one_of(
        st.builds(lambda codes: {"type": "required", "courses": codes, "isMajor": True}, CODES),
        st.builds(lambda codes: {"type": "alternative", "courses": codes, "isMajor": False}, CODES),
        st.builds(
            lambda codes: {
                "type": "options",
                "courses": codes,
                "courseLevels": [{"program": "A", "level": 400}],
                "creditsRequired": 16.0,
                "isMajor": True,
                "description": "Electives",
            },
            CODES,
        ),
    ),
    max_size=4,
)


def meaning(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """What flat prerequisite rows ask for, however they are split into rows."""
    asked: set[tuple[Any, ...]] = set()
    for row in rows:
        courses = frozenset(row["courses"])
        if row["type"] == "required" or (row["type"] == "alternative" and len(courses) == 1):
            asked |= {("course", code) for code in courses}
        else:
            asked.add((row["type"], courses, row.get("creditsRequired")))
    return asked


@given(PREREQUISITES)
def test_flat_prerequisites_mean_the_same_after_a_round_trip(rows: list[dict[str, Any]]) -> None:
    assert meaning(prerequisites.to_flat(prerequisites.from_flat(rows))) == meaning(rows)


@given(PREREQUISITES)
def test_a_tree_of_flat_prerequisites_is_a_message(rows: list[dict[str, Any]]) -> None:
    tree = prerequisites.from_flat(rows)
    if tree is not None:
        assert shape(prerequisite_pb2.Prerequisite(**tree)) == tree


@given(REQUIREMENTS)
def test_flat_requirements_survive_a_round_trip(rows: list[dict[str, Any]]) -> None:
    trees = requirements.from_flat(rows)
    assert requirements.to_flat(trees) == rows
    assert len([requirement_pb2.Requirement(**tree) for tree in trees]) == len(rows)


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
