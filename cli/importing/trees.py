"""Prerequisites and requirements: the flat rows of AlbertPlus become trees; trees are read as they are.

A flat row is `{type, courses, creditsRequired?, courseLevels?}`: `required` = every course, `alternative`
= one of them, `options` = credits from them. Everything a course or program asks for holds together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from albertplus.catalog.v1.pool_pb2 import Pool, SubjectLevel
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite
from albertplus.catalog.v1.requirement_pb2 import Requirement
from google.protobuf import json_format
from google.protobuf.message import Message

from cli.importing.fields import Fields
from cli.importing.problems import Invalid, describe

M = TypeVar("M", bound=Message)

_WAY = re.compile(r"Failed to parse (\w+) field: ")
_PATH = 8
_PREREQUISITE_KEYS = frozenset({"courseCode", "type", "courses", "creditsRequired"})
_REQUIREMENT_KEYS = frozenset(
    {"programName", "programLevel", "programSchool", "type", "isMajor", "description", "courses"}
    | {"courseLevels", "creditsRequired"}
)


def flat_prerequisite(row: dict[str, Any]) -> list[Prerequisite]:
    """The rules of one flat row; several rules hold together. Refuses rows that could never be met."""
    fields = Fields(row)
    fields.only(_PREREQUISITE_KEYS)
    return fields.choice("type", _PREREQUISITE_TYPES)(fields)


def together(rules: list[Prerequisite]) -> Prerequisite | None:
    """One rule that holds when all of them do; None when there is nothing to hold."""
    if not rules:
        return None
    return rules[0] if len(rules) == 1 else Prerequisite(all=Prerequisite.All(rules=rules))


def flat_requirement(row: dict[str, Any]) -> Requirement:
    """The requirement of one flat row."""
    fields = Fields(row)
    fields.only(_REQUIREMENT_KEYS)
    requirement = fields.choice("type", _REQUIREMENT_TYPES)(fields)
    requirement.major = fields.flag("isMajor")
    requirement.description = fields.text("description", "")
    return requirement


def tree(value: object, into: M, key: str) -> M:
    """A tree in the JSON form of its message."""
    if not isinstance(value, dict):
        raise Invalid(key, f"must be an object, not {describe(value)}")
    try:
        return json_format.ParseDict(value, into)
    except json_format.ParseError as error:
        raise _at(key, str(error)) from None


def _at(key: str, message: str) -> Invalid:
    """The parser's complaint, with the way it tells where it was as a path."""
    path = _WAY.findall(message)
    rule = _WAY.sub("", message).rstrip(".") + "."
    return Invalid(".".join([key, *path[:_PATH]]) + ("…" if len(path) > _PATH else ""), rule)


def _courses(fields: Fields) -> list[Prerequisite]:
    return [Prerequisite(course=Prerequisite.CourseRule(code=code)) for code in fields.lines("courses")]


def _any_course(fields: Fields) -> list[Prerequisite]:
    if not (courses := _courses(fields)):
        raise Invalid("courses", "is empty: an alternative without courses can never be met")
    return courses if len(courses) == 1 else [Prerequisite(any=Prerequisite.Any(rules=courses))]


def _credits(fields: Fields) -> list[Prerequisite]:
    rule = Prerequisite.CreditsRule(min=fields.number("creditsRequired"), pool=_pool(fields))
    return [Prerequisite(credits=rule)]


def _all_courses(fields: Fields) -> Requirement:
    return Requirement(courses=Requirement.CourseSet(codes=fields.lines("courses")))


def _one_course(fields: Fields) -> Requirement:
    if not (pool := _pool(fields)).codes:
        raise Invalid("courses", "is empty: an alternative without courses can never be met")
    return Requirement(some=Requirement.CoursesFrom(n=1, pool=pool))


def _credits_from(fields: Fields) -> Requirement:
    pool = _pool(fields)
    return Requirement(credits=Requirement.CreditsFrom(min=fields.number("creditsRequired"), pool=pool))


def _pool(fields: Fields) -> Pool:
    return Pool(
        codes=fields.lines("courses"),
        subject_levels=[_subject_level(entry) for entry in fields.list("courseLevels")],
    )


def _subject_level(entry: object) -> SubjectLevel:
    if not isinstance(entry, dict):
        raise Invalid("courseLevels", f"must hold objects, not {describe(entry)}")
    fields = Fields(entry)
    fields.only(frozenset({"program", "level"}))
    return SubjectLevel(subject=fields.line("program"), level=fields.integer("level"))


_PREREQUISITE_TYPES: dict[str, Callable[[Fields], list[Prerequisite]]] = {
    "required": _courses,
    "alternative": _any_course,
    "options": _credits,
}
_REQUIREMENT_TYPES: dict[str, Callable[[Fields], Requirement]] = {
    "required": _all_courses,
    "alternative": _one_course,
    "options": _credits_from,
}
