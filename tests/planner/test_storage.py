"""What the database itself refuses, whatever sends it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from albertplus.catalog.v1 import term_pb2
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from services.planner.model import Season
from services.planner.tables import metadata

TABLES = {"student_courses": "course_code, title", "schedule_entries": "class_number"}
VALUES = {"student_courses": ("CS 1", "A title"), "schedule_entries": (1,)}


class Rows:
    """Inserts rows into one table."""

    def __init__(self, connection: psycopg.Connection[Any], table: str) -> None:
        self._connection = connection
        self._table = table
        self._taken = 0

    def add(self, main: uuid.UUID | None = None, *, again: bool = False, **values: Any) -> uuid.UUID:
        """A row of alice's in fall 2024 unless `values` says otherwise; `again` repeats the last course."""
        self._taken += not again
        row: dict[str, object] = {"id": uuid.uuid4(), "student_id": "alice", "year": 2024, "season": 5}
        row |= {"alternative_of": main} | values
        first, *rest = VALUES[self._table]
        every = [*row.values(), type(first)(f"{self._taken}"), *rest]
        places = ", ".join(["%s"] * len(every))
        self._connection.execute(
            f"insert into {self._table} ({', '.join(row)}, {TABLES[self._table]}) values ({places})", every
        )
        return row["id"]  # type: ignore[return-value]


@pytest.fixture(params=sorted(TABLES))
def rows(request: pytest.FixtureRequest, database: Callable[[str], str]) -> Iterator[Rows]:
    """Both tables, one after the other."""
    with psycopg.connect(database("planner"), autocommit=True) as connection:
        yield Rows(connection, request.param)


def test_an_alternative_of_a_main_of_the_same_term_is_stored(rows: Rows) -> None:
    assert rows.add(rows.add())


@pytest.mark.parametrize("values", [{"student_id": "bob"}, {"year": 2025}, {"season": 3}])
def test_an_alternative_of_another_student_or_term_is_refused(rows: Rows, values: dict[str, Any]) -> None:
    main = rows.add()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        rows.add(main, **values)


def test_an_alternative_of_an_alternative_is_refused(rows: Rows) -> None:
    alternative = rows.add(rows.add())
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        rows.add(alternative)


def test_an_alternative_of_itself_is_refused(rows: Rows) -> None:
    own = uuid.uuid4()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        rows.add(own, id=own)


def test_the_same_twice_in_a_term_is_refused(rows: Rows) -> None:
    rows.add()
    rows.add(again=True, year=2025)
    with pytest.raises(psycopg.errors.UniqueViolation):
        rows.add(again=True)


def test_an_unknown_season_is_refused(rows: Rows) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        rows.add(season=6)


def test_the_migrations_make_the_tables_that_are_declared(database: Callable[[str], str]) -> None:
    engine = create_engine(make_url(database("planner")).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in metadata.tables


def test_seasons_have_the_numbers_of_the_catalog() -> None:
    stored = {f"SEASON_{season.name}": season.value for season in Season}
    assert {**stored, "SEASON_UNSPECIFIED": 0} == dict(term_pb2.Season.items())
