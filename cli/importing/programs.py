"""Rows of programs, schools and app configuration into what the catalog takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from albertplus.catalog.v1.app_config_pb2 import AppConfigInput
from albertplus.catalog.v1.program_pb2 import ProgramInput
from albertplus.catalog.v1.requirement_pb2 import Requirement
from albertplus.catalog.v1.school_pb2 import SchoolInput

from cli.importing.fields import Fields
from cli.importing.problems import Invalid, describe
from cli.importing.trees import flat_requirement, tree

_SCHOOL_KEYS = frozenset({"name", "shortName", "level"})
_PROGRAM_KEYS = frozenset({"name", "level", "school", "programUrl", "requirements"})
_CONFIG_KEYS = frozenset({"key", "value"})

ProgramKey = tuple[str, str, str]
"""Name, level, school."""


def school_input(fields: Fields) -> SchoolInput:
    fields.only(_SCHOOL_KEYS)
    return SchoolInput(
        name=fields.line("name"), short_name=fields.line("shortName", ""), level=fields.text("level")
    )


def app_config_input(fields: Fields) -> AppConfigInput:
    fields.only(_CONFIG_KEYS)
    return AppConfigInput(key=fields.text("key"), value=fields.text("value"))


def program_input(fields: Fields, separate: Sequence[dict[str, Any]] = ()) -> ProgramInput:
    """The program of a row; its requirements are those in the row, then the `separate` rows that name it."""
    fields.only(_PROGRAM_KEYS)
    return ProgramInput(
        name=fields.line("name"),
        level=fields.text("level"),
        school=fields.line("school"),
        url=fields.text("programUrl", ""),
        requirements=requirements([*fields.list("requirements"), *separate]),
    )


def requirements(rows: Sequence[object]) -> list[Requirement]:
    """Flat rows (they have a `type`) and trees, in order."""
    return [_requirement(row) for row in rows]


def school_key(row: dict[str, Any]) -> tuple[str, str] | None:
    name, level = row.get("name"), row.get("level")
    return (" ".join(name.split()), level) if isinstance(name, str) and isinstance(level, str) else None


def program_key(row: dict[str, Any]) -> ProgramKey | None:
    named, school = school_key(row), row.get("school")
    return (*named, " ".join(school.split())) if named and isinstance(school, str) else None


def app_config_key(row: dict[str, Any]) -> str | None:
    key = row.get("key")
    return key if isinstance(key, str) else None


def _requirement(row: object) -> Requirement:
    if not isinstance(row, dict):
        raise Invalid("requirements", f"must hold objects, not {describe(row)}")
    return flat_requirement(row) if "type" in row else tree(row, Requirement(), "requirements")
