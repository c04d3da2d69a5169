"""What kind of rows a file holds: told by the keys of its first rows, its name decides between equals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from itertools import islice
from pathlib import Path

from cli.importing.files import Row, read_rows
from cli.importing.problems import FileProblem, Malformed


class Kind(Enum):
    """The kinds of rows, in the order in which they go in. The value is the name files carry."""

    SCHOOLS = "schools"
    COURSES = "courses"
    PREREQUISITES = "prerequisites"
    PROGRAMS = "programs"
    REQUIREMENTS = "requirements"
    OFFERINGS = "offerings"
    APP_CONFIGS = "appConfigs"
    # a student's own data: known, so that it can be said why it is left out
    STUDENTS = "students"
    STUDENT_COURSES = "userCourses"
    STUDENT_OFFERINGS = "userCourseOfferings"

    @property
    def personal(self) -> bool:
        return self in (Kind.STUDENTS, Kind.STUDENT_COURSES, Kind.STUDENT_OFFERINGS)


_TELLTALE: dict[Kind, tuple[frozenset[str], frozenset[str]]] = {
    # the keys every row of the kind has, and keys it may have that few others do
    Kind.SCHOOLS: (frozenset({"name", "shortName"}), frozenset({"level"})),
    Kind.COURSES: (
        frozenset({"code", "title"}),
        frozenset({"credits", "program", "programName", "description"}),
    ),
    Kind.PREREQUISITES: (frozenset({"courseCode", "type"}), frozenset({"courses", "creditsRequired"})),
    Kind.PROGRAMS: (frozenset({"name", "school"}), frozenset({"programUrl", "level", "requirements"})),
    Kind.REQUIREMENTS: (
        frozenset({"programName", "type"}),
        frozenset({"isMajor", "courses", "courseLevels"}),
    ),
    Kind.OFFERINGS: (
        frozenset({"courseCode", "classNumber"}),
        frozenset({"section", "meetings", "days", "status"}),
    ),
    Kind.APP_CONFIGS: (frozenset({"key", "value"}), frozenset()),
    Kind.STUDENTS: (frozenset({"userId", "programs"}), frozenset({"startingDate", "schoolLevel"})),
    Kind.STUDENT_COURSES: (frozenset({"userId", "courseCode"}), frozenset({"grade", "title"})),
    Kind.STUDENT_OFFERINGS: (frozenset({"userId", "classNumber"}), frozenset({"alternativeOf"})),
}

_NAMES = {
    "schools": Kind.SCHOOLS,
    "usercourseofferings": Kind.STUDENT_OFFERINGS,
    "usercourses": Kind.STUDENT_COURSES,
    "students": Kind.STUDENTS,
    "offerings": Kind.OFFERINGS,
    "sections": Kind.OFFERINGS,
    "prerequisites": Kind.PREREQUISITES,
    "requirements": Kind.REQUIREMENTS,
    "programs": Kind.PROGRAMS,
    "appconfigs": Kind.APP_CONFIGS,
    "courses": Kind.COURSES,
}
"""What a file name has in it, the more telling first (`courseOfferings` are offerings)."""

_LOOKED_AT = 100


def kind_of(path: Path) -> Kind:
    """The kind of the file's rows; FileProblem when its content and its name leave it open."""
    rows = list(islice(read_rows(path), _LOOKED_AT))
    keys = [row.keys() for _, row in rows if not isinstance(row, Malformed)]
    named = _kind_in_name(path)
    if not keys:
        _refuse_unreadable(path, rows)
    if (told := _kind_in_keys(keys, named)) is not None:
        return told
    if named is not None:
        return named
    raise FileProblem(
        path,
        f"holds no known kind of rows (first row has {', '.join(sorted(keys[0])) or 'no keys'}); "
        f"known are {', '.join(kind.value for kind in Kind if not kind.personal)}",
    )


def _kind_in_keys(rows: Iterable[Iterable[str]], named: Kind | None) -> Kind | None:
    """The kind most of the rows look like."""
    votes: dict[Kind, int] = {}
    for keys in rows:
        present = frozenset(keys)
        for kind, (always, often) in _TELLTALE.items():
            if always <= present:
                votes[kind] = votes.get(kind, 0) + len(always) + len(often & present)
    if not votes:
        return None
    best = max(votes.values())
    tied = [kind for kind, count in votes.items() if count == best]
    return named if named in tied else tied[0] if len(tied) == 1 else None


def _kind_in_name(path: Path) -> Kind | None:
    name = re.sub(r"[^a-z]", "", path.name.lower())
    return next((kind for part, kind in _NAMES.items() if part in name), None)


def _refuse_unreadable(path: Path, rows: list[Row]) -> None:
    for line, row in rows:
        if isinstance(row, Malformed):
            raise FileProblem(path, f"none of the first rows can be read; the first one {row.rule}", line)
    raise FileProblem(path, "holds no rows")
