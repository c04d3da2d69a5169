"""Rows that belong to others: which course each prerequisite, which program each requirement goes to."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, cast

from cli.importing.fields import Fields
from cli.importing.kinds import Kind
from cli.importing.problems import Invalid, Malformed
from cli.importing.programs import ProgramKey
from cli.importing.scan import Scan
from cli.importing.summary import Place, Summary
from cli.importing.trees import flat_prerequisite, flat_requirement

OWNER = {Kind.PREREQUISITES: Kind.COURSES, Kind.REQUIREMENTS: Kind.PROGRAMS}

Placed = tuple[Place, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Program:
    """How a requirement names its program; level and school may be left out while the name is unique."""

    name: str
    level: str
    school: str

    def is_one_of(self, key: ProgramKey) -> bool:
        name, level, school = key
        return name == self.name and self.level in ("", level) and self.school in ("", school)

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.level, self.school) if part)


@dataclass(slots=True)
class Belongings:
    """`owned`: rows by the key of their owner in the files. `blocked`: owners with a row that is refused,
    and where; they are refused too, rather than stored without it. `orphans`: rows whose owner is in no
    file."""

    owned: dict[Kind, dict[Hashable, list[Placed]]] = field(default_factory=dict)
    blocked: dict[Kind, dict[Hashable, Place]] = field(default_factory=dict)
    orphans: dict[Kind, dict[Hashable, list[Placed]]] = field(default_factory=dict)

    def of(self, kind: Kind, key: Hashable) -> list[dict[str, Any]]:
        return [row for _, row in self.owned.get(kind, {}).get(key, ())]


def assign(scan: Scan, summary: Summary) -> Belongings:
    """Finds each row's owner and checks the row. Broken rows are refused in the summary."""
    found = Belongings()
    for kind, place, row in scan.belonging:
        summary.of(kind).read += 1
        if isinstance(row, Malformed):
            summary.refuse(kind, [place], row.rule)
            continue
        try:
            name, owners = _owners(kind, row, scan)
        except Invalid as error:
            summary.refuse(kind, [place], error.rule, error.field)
            continue
        if rule := _broken(kind, row, owners):
            summary.refuse(kind, [place], rule.rule, rule.field, str(name))
            found.blocked.setdefault(OWNER[kind], {}).update(dict.fromkeys(owners or [name], place))
        elif owners:
            summary.of(kind).joined += 1
            found.owned.setdefault(OWNER[kind], {}).setdefault(owners[0], []).append((place, row))
        else:
            found.orphans.setdefault(kind, {}).setdefault(name, []).append((place, row))
    return found


def _owners(kind: Kind, row: dict[str, Any], scan: Scan) -> tuple[Hashable, list[Hashable]]:
    """The owner's name as the row gives it, and the keys in the files that fit."""
    fields = Fields(row)
    if kind is Kind.PREREQUISITES:
        code = fields.line("courseCode")
        return code, [code] if code in scan.keys.get(Kind.COURSES, ()) else []
    program = Program(
        fields.line("programName"), fields.text("programLevel", ""), fields.line("programSchool", "")
    )
    keys = cast("set[ProgramKey]", scan.keys.get(Kind.PROGRAMS, set()))
    return program, [key for key in sorted(keys) if program.is_one_of(key)]


def _broken(kind: Kind, row: dict[str, Any], owners: list[Hashable]) -> Invalid | None:
    try:
        if kind is Kind.PREREQUISITES:
            flat_prerequisite(row)
        else:
            flat_requirement(row)
    except Invalid as error:
        return error
    except (ValueError, TypeError) as error:
        return Invalid("", str(error))
    return ambiguous(len(owners)) if len(owners) > 1 else None


def ambiguous(programs: int) -> Invalid:
    return Invalid("programName", f"fits {programs} programs; say which with programLevel and programSchool")
