"""Who watches what: the pages of one measurement, and the section whose changes concern them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from albertplus.catalog.v1 import term_pb2

from tests.bench import sections
from tests.bench.pages import PageJob, Query
from tests.bench.system import Measured

ONE = "courseOfferings:getCourseOfferingByClassNumber"
SOME = "userCourseOfferings:getCourseOfferingsByClassNumbers"
SCHEDULE = "userCourseOfferings:getUserCourseOfferings"
ENTRIES = 4
"""Sections in each schedule, besides the one that changes."""
_ENTER = """
insert into schedule_entries (id, student_id, year, season, class_number)
select uuidv7(), student, %(year)s, %(season)s, class_number
from unnest(%(students)s::text[], %(numbers)s::bigint[]) as entry (student, class_number)
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class World:
    """`touched` of the pages have to hear of each change of the section."""

    pages: Sequence[PageJob]
    section: int

    @property
    def touched(self) -> int:
        """How many."""
        return sum(page["touched"] for page in self.pages)


def shared(system: Measured, count: int) -> World:
    """So many users who all look at one section."""
    pages = [page(system, number, [one(sections.FIRST)], touched=True) for number in range(count)]
    return World(pages, sections.FIRST)


def by_arguments(system: Measured, count: int, touched: int) -> World:
    """A query of its own for each page, by its arguments; the section is among those of some."""
    numbers = some_numbers(system, count)

    def asking(number: int) -> PageJob:
        mine = number < touched
        wanted = [sections.FIRST] * mine + [numbers[number % len(numbers)]]
        return page(system, number, [(SOME, {"classNumbers": list(map(float, wanted))})], mine)

    return World([asking(number) for number in range(count)], sections.FIRST)


def schedules(system: Measured, count: int, touched: int) -> World:
    """Each page shows its own user's schedule; the section is in those of some."""
    section = sections.FIRST + touched
    kind = f"scheduler-{touched}"
    _fill(system, kind, count, touched, section)
    pages = [
        page(system, number, [(SCHEDULE, {})], number < touched, user=f"{kind}-{number}")
        for number in range(count)
    ]
    return World(pages, section)


def one(class_number: int) -> Query:
    """The query for one section."""
    return ONE, {"classNumber": float(class_number), "term": sections.SEASON, "year": float(sections.YEAR)}


def page(system: Measured, number: int, queries: Sequence[Query], touched: bool, user: str = "") -> PageJob:
    """A page of a user."""
    return {"token": system.token(user or f"user-{number}"), "queries": queries, "touched": touched}


def some_numbers(system: Measured, count: int) -> list[int]:
    """Class numbers of sections that are there."""
    with psycopg.connect(system.catalog_dsn) as connection:
        rows = connection.execute(
            "select class_number from offerings where class_number < %s and year = %s order by 1 limit %s",
            [sections.FIRST, sections.YEAR, count],
        )
        return [number for (number,) in rows]


def distinct(system: Measured, count: int) -> list[Query]:
    """Different queries, each for one section or one course, as far as there are enough."""
    queries = [one(number) for number in some_numbers(system, count)]
    with psycopg.connect(system.catalog_dsn) as connection:
        codes = connection.execute("select code from courses order by 1 limit %s", [count - len(queries)])
        return queries + [("courses:getCourseByCode", {"code": code}) for (code,) in codes]


def fill_schedules(system: Measured, students: Sequence[str], numbers: Sequence[Sequence[int]]) -> None:
    """Puts sections into students' schedules."""
    pairs = [(who, number) for who, mine in zip(students, numbers, strict=True) for number in mine]
    values: dict[str, Any] = {
        "year": sections.YEAR,
        "season": int(term_pb2.SEASON_FALL),
        "students": [who for who, _ in pairs],
        "numbers": [number for _, number in pairs],
    }
    with psycopg.connect(system.planner_dsn) as connection:
        connection.execute(_ENTER, values)
        connection.execute("analyze schedule_entries")  # else it is done while we measure


def _fill(system: Measured, kind: str, count: int, touched: int, section: int) -> None:
    numbers = some_numbers(system, count + ENTRIES)
    theirs = [
        [section] * (who < touched) + [numbers[(who + step) % len(numbers)] for step in range(ENTRIES)]
        for who in range(count)
    ]
    fill_schedules(system, [f"{kind}-{who}" for who in range(count)], theirs)
