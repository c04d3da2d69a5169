"""Flat rows of prerequisites and requirements say what the catalog's trees say, as far as rows can."""

from __future__ import annotations

from typing import Any

import protovalidate
import pytest
from albertplus.catalog.v1.pool_pb2 import Pool
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite
from albertplus.catalog.v1.requirement_pb2 import Requirement
from hypothesis import given
from hypothesis import strategies as st

from gateway.functions import prerequisites, requirements

CODES = st.lists(
    st.from_regex(r"[A-Z]{2,4}-UA [1-9][0-9]{0,3}", fullmatch=True), min_size=1, max_size=4, unique=True
)
CREDITS = st.floats(0.5, 100)
PREREQUISITES = st.lists(
    st.fixed_dictionaries({"type": st.just("required"), "courses": CODES})
    | st.fixed_dictionaries({"type": st.just("alternative"), "courses": CODES})
    | st.fixed_dictionaries({"type": st.just("options"), "courses": CODES, "creditsRequired": CREDITS}),
    max_size=4,
)
COMMON = {"isMajor": st.booleans(), "courses": CODES}
LEVELS = st.lists(
    st.fixed_dictionaries({"program": st.just("CS"), "level": st.integers(0, 999).map(float)}), max_size=2
)
DESCRIPTION = {"description": st.just("Words")}
REQUIREMENTS = st.lists(
    st.fixed_dictionaries({"type": st.just("required"), **COMMON}, optional=DESCRIPTION)
    | st.fixed_dictionaries({"type": st.just("alternative"), **COMMON}, optional=DESCRIPTION)
    | st.fixed_dictionaries(
        {"type": st.just("options"), **COMMON, "courseLevels": LEVELS, "creditsRequired": CREDITS},
        optional=DESCRIPTION,
    ),
    max_size=4,
)


def meaning(rows: list[dict[str, Any]]) -> tuple[set[str], set[frozenset[str]], list[Any]]:
    """The courses that are required, the choices, and the credits."""
    required = {code for row in rows if row["type"] == "required" for code in row["courses"]}
    choices = [row["courses"] for row in rows if row["type"] == "alternative"]
    required |= {codes[0] for codes in choices if len(codes) == 1}
    options = [(row["courses"], row["creditsRequired"]) for row in rows if row["type"] == "options"]
    return required, {frozenset(codes) for codes in choices if len(codes) > 1}, sorted(options)


@given(PREREQUISITES, st.booleans())
def test_prerequisites_come_back(rows: list[dict[str, Any]], known: bool) -> None:
    tree = prerequisites.from_flat(rows, lambda _: known)
    if tree is None:
        assert rows == []
        return
    protovalidate.validate(tree)
    assert meaning(prerequisites.to_flat(tree)) == meaning(rows)


@given(REQUIREMENTS)
def test_requirements_come_back(rows: list[dict[str, Any]]) -> None:
    nodes = requirements.from_flat(rows)
    for node in nodes:
        protovalidate.validate(node)
    assert requirements.to_flat(nodes) == rows


def course(code: str) -> Prerequisite:
    return Prerequisite(course=Prerequisite.CourseRule(code=code))


def opaque(text: str) -> Prerequisite:
    return Prerequisite(opaque=Prerequisite.Opaque(text=text))


def all_of(*rules: Prerequisite) -> Prerequisite:
    return Prerequisite(all=Prerequisite.All(rules=rules))


def any_of(*rules: Prerequisite) -> Prerequisite:
    return Prerequisite(any=Prerequisite.Any(rules=rules))


@pytest.mark.parametrize(
    ("tree", "rows"),
    [
        (course("A 1"), [{"type": "required", "courses": ["A 1"]}]),
        (all_of(course("A 1"), all_of(course("A 2"))), [
            {"type": "required", "courses": ["A 1"]},
            {"type": "required", "courses": ["A 2"]},
        ]),
        (Prerequisite(n_of=Prerequisite.NOf(k=1, rules=[course("A 1"), course("A 2")])), [
            {"type": "alternative", "courses": ["A 1", "A 2"]},
        ]),
        (Prerequisite(n_of=Prerequisite.NOf(k=2, rules=[course("A 1"), course("A 2")])), []),
        (any_of(course("A 1"), all_of(course("A 2"), course("A 3"))), []),
        (all_of(course("A 1"), opaque("permission of the instructor")), [
            {"type": "required", "courses": ["A 1"]},
        ]),
        (any_of(course("A 1"), opaque("A 2")), [{"type": "alternative", "courses": ["A 1", "A 2"]}]),
        (Prerequisite(negation=Prerequisite.Not(rule=course("A 1"))), []),
        (Prerequisite(standing=Prerequisite.StandingRule(standing="junior")), []),
    ],
)  # fmt: skip
def test_prerequisites_say_what_rows_can_say(tree: Prerequisite, rows: list[Any]) -> None:
    assert prerequisites.to_flat(tree) == rows


def courses(*codes: str) -> Requirement:
    return Requirement(courses=Requirement.CourseSet(codes=codes))


def some(n: int, *codes: str) -> Requirement:
    return Requirement(some=Requirement.CoursesFrom(n=n, pool=Pool(codes=codes)))


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (courses("A 1", "A 2"), [("required", ["A 1", "A 2"])]),
        (some(1, "A 1", "A 2"), [("alternative", ["A 1", "A 2"])]),
        (some(2, "A 1", "A 2"), [("required", ["A 1", "A 2"])]),
        (some(1, "A 1"), [("alternative", ["A 1"])]),
        (Requirement(all_of=Requirement.AllOf(children=[courses("A 1"), some(1, "B 1", "B 2")])), [
            ("required", ["A 1"]),
            ("alternative", ["B 1", "B 2"]),
        ]),
        (Requirement(k_of=Requirement.KOf(k=1, children=[courses("A 1"), courses("A 2")])), [
            ("alternative", ["A 1", "A 2"]),
        ]),
        (Requirement(k_of=Requirement.KOf(k=2, children=[courses("A 1"), courses("A 2")])), [
            ("required", ["A 1"]),
            ("required", ["A 2"]),
        ]),
    ],
)  # fmt: skip
def test_requirements_say_what_rows_can_say(tree: Requirement, found: list[Any]) -> None:
    assert [(row["type"], row["courses"]) for row in requirements.to_flat([tree])] == found


def test_a_title_stands_in_for_a_description() -> None:
    (row,) = requirements.to_flat([Requirement(title="Core", courses=Requirement.CourseSet(codes=["A 1"]))])
    assert row["description"] == "Core"


def test_rows_that_ask_for_nothing_are_left_out() -> None:
    nothing: dict[str, Any] = {"courses": [" "], "isMajor": True}
    kinds = ("required", "alternative")
    assert requirements.from_flat({"type": kind, **nothing} for kind in kinds) == []
    assert prerequisites.from_flat([{"type": kind, **nothing} for kind in kinds], lambda _: True) is None
    free = {"type": "options", "courses": ["A 1"], "creditsRequired": 0.0}
    assert prerequisites.from_flat([free], lambda _: True) is None
