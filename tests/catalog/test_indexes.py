"""No query reads a whole table: the plans PostgreSQL makes with ten thousand rows of each."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import ClientCursor
from sqlalchemy import Executable

from runtime.statements import statement
from services.catalog.model.search import Terms
from services.catalog.queries import courses, listing, offerings, programs, vocabulary
from tests.catalog.client import NOBODY
from tests.support.databases import TestDatabases
from tests.support.session import ServersFile

_FILL = """
insert into courses (code, subject, subject_name, level, school, title, credits_min, credits_max, description,
  url, prerequisite_text)
select 'SUB' || n % 200 || ' ' || n, 'SUB' || n % 200, 'Subject',
  case when n % 4 = 0 then 'graduate' else 'undergraduate' end, 'School ' || n % 20,
  'Title ' || md5(n::text), 4, 4, 'about ' || md5((n % 500)::text), '', ''
from generate_series(1, 10000) n;
insert into offerings (course_code, class_number, year, season, section, title, description, level, school,
  instructors, meetings, status, corequisite, corequisite_of)
select 'SUB' || n % 200 || ' ' || n / 3, n, 2024 + n % 2, 1 + n % 5, '', 'Title ' || md5((n / 3)::text), '',
  'undergraduate', 'School ' || n % 20, '{}', '[]', 1 + n % 4, n % 3 = 0, case when n % 3 = 0 then n - 1 end
from generate_series(1, 20000) n;
insert into programs (name, level, school, url, requirements)
select 'Program ' || md5(n::text), 'undergraduate', 'School ' || n % 20, '', '[]'
from generate_series(1, 10000) n;
"""


@pytest.fixture(scope="module")
def full(servers: ServersFile) -> Any:
    """A database with ten thousand rows of everything."""
    databases = TestDatabases(servers.postgres)
    with psycopg.connect(databases.fresh("catalog"), autocommit=True) as connection:
        connection.execute(_FILL)
        connection.execute("vacuum analyze")
        yield connection
    databases.drop_all()


def plan(connection: Any, source: Executable, **parameters: Any) -> str:
    """How PostgreSQL would run a statement, with the parameters that this one takes."""
    prepared = statement(source)
    values = {**prepared.parameters(parameters)}
    rows = ClientCursor(connection).execute(f"explain {prepared.sql}", values).fetchall()
    return "\n".join(row[0] for row in rows)


LISTINGS = {"courses": courses._LISTING, "offerings": offerings._LISTING, "programs": programs._LISTING}
VALUES: dict[str, Any] = {
    "level": "graduate",
    "school": "School 3",
    "schools": ["School 3", "School 4"],
    "subject": "SUB7",
    "credits": 4,
    "year": 2024,
    "season": 5,
    "course_codes": ["SUB7 7"],
    "statuses": [1, 2],
    "days": 3,
    "corequisites": True,
    "corequisite_of": 5,
    "limit": 51,
    "after_code_order": "SUB000000007",
    "after_id": NOBODY,
    "after_class_number": 77,
    "name": "Program 5",
    "after_name": "Program 5",
    "after_level": "undergraduate",
    "after_school": "School 3",
    "after_score": 2000,
}
VALUES |= {f"end_{name[6:]}": value for name, value in VALUES.items() if name.startswith("after_")}
TERM = ("year", "season")
COURSES = [(), ("level",), ("schools",), ("subject",), ("level", "schools"), ("credits",)]
OFFERINGS = [
    (),
    ("course_codes",),
    ("statuses",),
    ("schools",),
    ("days",),
    ("corequisites",),
    ("corequisite_of",),
]
PROGRAMS = [(), ("level",), ("school",), ("level", "school"), ("name",)]
SHAPES: list[tuple[str, tuple[str, ...]]] = [
    *(("courses", names) for names in COURSES),
    *(("offerings", (*TERM, *names)) for names in OFFERINGS),
    *(("programs", names) for names in PROGRAMS),
]


@pytest.mark.parametrize("query", ["", "title sub7 7"])
@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("ends", [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize(("table", "filters"), SHAPES)
def test_every_list_uses_an_index(
    full: Any, table: str, filters: tuple[str, ...], ends: tuple[bool, bool], newest: bool, query: str
) -> None:
    source = LISTINGS[table].statement(frozenset(filters), newest and not query, bool(query), ends)
    queries = listing.queries_for(Terms.of(query or "none"))
    assert "Seq Scan" not in plan(full, source, **{**VALUES, **queries})


@pytest.mark.parametrize(
    ("source", "values"),
    [
        (courses._BY_ID, {"id": NOBODY}),
        (courses._BY_CODE, {"code": "SUB7 7"}),
        (courses._BY_CODES, {"codes": ["SUB7 7", "SUB8 8"]}),
        (offerings._BY_SECTION, {"year": 2024, "season": 5, "class_number": 4}),
        (offerings._BY_SECTIONS, {"year": 2024, "season": 5, "class_numbers": [4, 14]}),
        (offerings._BY_NUMBERS, {"class_numbers": [4, 14]}),
        (vocabulary._SIMILAR, {"asked": ["titel"]}),
    ],
)
def test_every_lookup_uses_an_index(full: Any, source: Executable, values: dict[str, Any]) -> None:
    found = plan(full, source, **values)
    assert "Seq Scan" not in found
    assert "Index" in found
