"""Courses whose prerequisites name courses of a later batch: they are asked about again at the end.

The catalog takes a prerequisite only when its course is stored or comes with the same batch, and a file may
name courses in any order, over any number of batches.
"""

from __future__ import annotations

import re
from collections.abc import Container, Hashable, Iterator
from dataclasses import replace

from albertplus.catalog.v1.course_pb2 import CourseInput
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite
from albertplus.catalog.v1.upsert_pb2 import UpsertResult

from cli.importing.items import Item
from cli.importing.sending import Sender
from cli.importing.settling import Settling

_COURSE = re.compile(r"^prerequisite\.(.*\.)?course\.code$")
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


class Postponed:
    """Items that were refused for nothing but courses that the files have; `settle` is for all others."""

    def __init__(self, in_files: Container[Hashable], settling: Settling) -> None:
        self._in_files, self._settling = in_files, settling
        self._waiting: dict[Hashable, tuple[Item, UpsertResult]] = {}

    def settle(self, item: Item, result: UpsertResult) -> None:
        """Keeps the item if asking again later may help, else settles it."""
        missing = missing_courses(item, result)
        to_come = all(code in self._in_files and code not in self._settling.refused for code in missing)
        if missing and to_come:
            self._waiting[item.key] = (item, result)
        else:
            self._settling.settle(item, result)

    async def send_again(self, sender: Sender) -> None:
        """Sends those that wait, each behind the courses it names, until no more of them go in.

        More than once, because courses that name each other only go in with the same batch.
        """
        before = 0
        while len(self._waiting) != before:
            before, items = len(self._waiting), list(self._in_order())
            self._waiting = {}
            await sender.send(items, settle=self.settle, in_flight=1)
        for item, result in self._waiting.values():
            self._settling.settle(item, result)

    async def ask_again(self, sender: Sender) -> None:
        """In a dry run, where no course that they name gets stored: asks about them without prerequisites."""
        await sender.send(self._bare(), settle=self._settle_bare, in_flight=1)

    def _bare(self) -> Iterator[Item]:
        for item in self._in_order():
            _, result = self._waiting[item.key]
            if missing_courses(item, result) & self._settling.refused:
                self._settling.settle(item, result)
            else:
                message = CourseInput.FromString(item.message.SerializeToString())
                message.ClearField("prerequisite")
                yield replace(item, message=message)

    def _settle_bare(self, item: Item, result: UpsertResult) -> None:
        if result.outcome == UpsertResult.OUTCOME_UNCHANGED:  # but for prerequisites it did not have yet
            result.outcome = UpsertResult.OUTCOME_CHANGED
        self._settling.settle(item, result)

    def _in_order(self) -> Iterator[Item]:
        """Each item behind those that it names; those in a circle beside each other."""
        seen: set[Hashable] = set()
        for key in self._waiting:
            stack = [(key, iter(self._named(key)))] if key not in seen else []
            seen.add(key)
            while stack:
                above, named = stack[-1]
                below = next((each for each in named if each in self._waiting and each not in seen), None)
                if below is None:
                    stack.pop()
                    yield self._waiting[above][0]
                else:
                    seen.add(below)
                    stack.append((below, iter(self._named(below))))

    def _named(self, key: Hashable) -> list[str]:
        message = self._waiting[key][0].message
        return sorted(named_courses(message.prerequisite)) if isinstance(message, CourseInput) else []


def missing_courses(item: Item, result: UpsertResult) -> set[str]:
    """The courses the item is refused for; empty if it is refused for anything else too, or not at all."""
    paths = [each.field for each in result.violations]
    if result.outcome != UpsertResult.OUTCOME_REFUSED or not all(map(_COURSE.match, paths)):
        return set()
    return {_code(item, path) for path in paths}


def named_courses(rule: Prerequisite) -> set[str]:
    """The codes of the courses that a prerequisite asks for, pools aside."""
    match rule.WhichOneof("rule"):
        case "course":
            return {" ".join(rule.course.code.split())}
        case "negation":
            return named_courses(rule.negation.rule)
        case "all" | "any" | "n_of" as group:
            return {code for child in getattr(rule, group).rules for code in named_courses(child)}
        case _:
            return set()


def _code(item: Item, path: str) -> str:
    """The code that stands at a path of the item's message."""
    value: object = item.message
    for name, index in _STEP.findall(path):
        value = getattr(value, name)
        value = value[int(index)] if index else value  # type: ignore[index]
    return " ".join(str(value).split())
