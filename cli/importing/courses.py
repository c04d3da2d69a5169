"""Rows of courses, as the ingestion routes take them, into what the catalog takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from albertplus.catalog.v1.course_pb2 import CourseInput
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite

from cli.importing.fields import Fields
from cli.importing.problems import Invalid, describe
from cli.importing.trees import flat_prerequisite, together, tree

_KEYS = frozenset(
    {"code", "program", "programName", "level", "title", "credits", "creditsMax", "school", "description"}
    | {"courseUrl", "prerequisites", "prerequisite", "prerequisiteText"}
)


def course_input(fields: Fields, separate: Sequence[dict[str, Any]] = ()) -> CourseInput:
    """The course of a row, with its prerequisites: those in the row and the `separate` rows that name it."""
    fields.only(_KEYS)
    least = fields.number("credits")
    return CourseInput(
        code=fields.line("code"),
        subject=fields.line("program"),
        subject_name=fields.line("programName", ""),
        level=fields.text("level"),
        school=fields.line("school"),
        title=fields.line("title"),
        credits_min=least,
        credits_max=_most(fields, least),
        description=fields.text("description", ""),
        url=fields.text("courseUrl", ""),
        prerequisite=_prerequisite(fields, separate),
        prerequisite_text=fields.text("prerequisiteText", ""),
    )


def course_key(row: dict[str, Any]) -> str | None:
    """The natural key of a row, None if it has none (converting it will say why)."""
    code = row.get("code")
    return " ".join(code.split()) if isinstance(code, str) else None


def _most(fields: Fields, least: float) -> float:
    """The most credits; to the catalog, 0 means the same as the least."""
    most = fields.optional_number("creditsMax")
    if most is None:
        return 0.0
    if most == 0 and least > 0:
        raise Invalid("creditsMax", "must not be less than credits")
    return most


def _prerequisite(fields: Fields, separate: Sequence[dict[str, Any]]) -> Prerequisite | None:
    rows = fields.list("prerequisites")
    if (native := fields.row.get("prerequisite")) is not None:
        if rows or separate:
            raise Invalid("prerequisite", "is given as a tree and as rows; one of the two is enough")
        return tree(native, Prerequisite(), "prerequisite")
    rules: list[Prerequisite] = []
    for row in [*rows, *separate]:
        if not isinstance(row, dict):
            raise Invalid("prerequisites", f"must hold objects, not {describe(row)}")
        rules += flat_prerequisite(row)
    return together(rules)
