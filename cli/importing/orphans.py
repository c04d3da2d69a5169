"""Prerequisites and requirements whose course or program is in no file: it is taken from the catalog."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from typing import Any, cast

from albertplus.catalog.v1.course_pb2 import Course, CourseInput
from albertplus.catalog.v1.program_pb2 import Program as StoredProgram
from albertplus.catalog.v1.program_pb2 import ProgramInput

from cli.importing.belonging import OWNER, Belongings, Placed, Program, ambiguous
from cli.importing.catalog import Catalog
from cli.importing.items import Item
from cli.importing.kinds import Kind
from cli.importing.programs import requirements
from cli.importing.summary import Summary
from cli.importing.trees import flat_prerequisite, together

_NOWHERE = "which is in neither the files nor the catalog"


class Orphans:
    """The rows of one kind without an owner in the files. Rows that find none are refused in the summary."""

    def __init__(self, kind: Kind, belongings: Belongings, catalog: Catalog, summary: Summary) -> None:
        self._kind, self._catalog, self._summary = kind, catalog, summary
        self._rows = dict(belongings.orphans.get(kind, {}))
        self._blocked = belongings.blocked.get(OWNER[kind], {})

    async def items(self) -> list[Item]:
        """The owners as they are stored, with the rows in place of what they had."""
        for name in [name for name in self._rows if name in self._blocked]:
            self._refuse(name, f"is not complete: {self._blocked[name]}, which belongs with it, is refused")
        if not self._rows:
            return []
        found = self._courses() if self._kind is Kind.PREREQUISITES else self._programs()
        return [item async for item in found]

    async def _courses(self) -> AsyncIterator[Item]:
        codes = cast("list[str]", list(self._rows))
        async for courses, missing in self._catalog.courses(codes):
            for course in courses:
                rows = self._rows.pop(course.code)
                yield self._item(course.code, rows, _with_prerequisites(course, rows))
            for code in missing:
                self._refuse(code, f'names the course "{code}", {_NOWHERE}')

    async def _programs(self) -> AsyncIterator[Item]:
        stored = [program async for program in self._catalog.programs()]
        for name in cast("list[Program]", list(self._rows)):
            fitting = [each for each in stored if name.is_one_of((each.name, each.level, each.school))]
            if len(fitting) == 1:
                rows = self._rows.pop(name)
                yield self._item(name, rows, _with_requirements(fitting[0], rows))
            elif fitting:
                self._refuse(name, ambiguous(len(fitting)).rule)
            else:
                self._refuse(name, f'names the program "{name}", {_NOWHERE}')

    def _item(self, name: Hashable, rows: list[Placed], message: CourseInput | ProgramInput) -> Item:
        self._summary.of(self._kind).joined += len(rows) - 1
        return Item(self._kind, [place for place, _ in rows], str(name), message)

    def _refuse(self, name: Hashable, rule: str) -> None:
        for place, _ in self._rows.pop(name):
            self._summary.refuse(self._kind, [place], rule, key=str(name))


def _with_prerequisites(course: Course, rows: list[Placed]) -> CourseInput:
    kept: dict[str, Any] = {field.name: getattr(course, field.name) for field in _shared(CourseInput, Course)}
    rules = [rule for _, row in rows for rule in flat_prerequisite(row)]
    return CourseInput(**kept | {"prerequisite": together(rules)})


def _with_requirements(program: StoredProgram, rows: list[Placed]) -> ProgramInput:
    kept: dict[str, Any] = {
        field.name: getattr(program, field.name) for field in _shared(ProgramInput, StoredProgram)
    }
    return ProgramInput(**kept | {"requirements": requirements([row for _, row in rows])})


def _shared(input_type: Any, stored_type: Any) -> list[Any]:
    """The fields that an input has in common with what is stored."""
    stored = stored_type.DESCRIPTOR.fields_by_name
    return [field for field in input_type.DESCRIPTOR.fields if field.name in stored]
