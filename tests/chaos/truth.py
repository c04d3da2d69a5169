"""The databases, read straight: what they hold, and their own record of what was done to them."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.chaos.oracle import version_of

PLANNER, CATALOG = "planner", "catalog"
_RECORD = """
create table chaos_effects (id bigint generated always as identity, effect text not null);
create function chaos_record() returns trigger language plpgsql security definer as $$ begin
  insert into chaos_effects (effect)
    values (case tg_op when 'DELETE' then '-' || old.{code} else new.title end);
  return null;
end $$;
create trigger chaos_record after insert or update of title or delete on {table}
  for each row execute function chaos_record();
"""
_TABLES = {PLANNER: ("student_courses", "course_code"), CATALOG: ("offerings", "title")}
_COURSES = "select student_id as owner, course_code as row, title from student_courses"
_ENTRIES = "select student_id, class_number from schedule_entries"
_SECTIONS = "select class_number, title from offerings where year = %s"


class Truth:
    """Reads as the superuser, beside all services."""

    def __init__(self, databases: dict[str, str]) -> None:
        """`databases` are the addresses of the services' databases for a superuser."""
        self._databases = databases

    def keep_record(self) -> None:
        """From now on each effect is recorded in the transaction that has it."""
        for service, (table, code) in _TABLES.items():
            with psycopg.connect(self._databases[service], autocommit=True) as connection:
                connection.execute(_RECORD.format(table=table, code=code).encode())

    def effects(self) -> list[str]:
        """All effects since, in the words of `Write.effect`."""
        found = []
        for service in _TABLES:
            found += [row[0] for row in self._rows(service, "select effect from chaos_effects")]
        return found

    def courses(self) -> dict[str, dict[str, int]]:
        """The rows of each student with their versions."""
        found: dict[str, dict[str, int]] = {}
        for owner, row, title in self._rows(PLANNER, _COURSES):
            found.setdefault(owner, {})[row] = version_of(title)
        return found

    def schedules(self, year: int) -> dict[str, dict[str, int]]:
        """The sections in each student's schedule with their versions."""
        titles = dict(self._rows(CATALOG, _SECTIONS, year))
        found: dict[str, dict[str, int]] = {}
        for owner, number in self._rows(PLANNER, _ENTRIES):
            row, _, version = titles[number].rpartition("#")
            found.setdefault(owner, {})[row] = int(version)
        return found

    def forget_history(self, service: str) -> int:
        """Deletes the change log as trimming does, only all of it; answers how many rows that were."""
        with psycopg.connect(self._databases[service], autocommit=True) as connection:
            return connection.execute("delete from changelog").rowcount

    def switch_log(self) -> None:
        """Makes PostgreSQL begin a new file of its write-ahead log."""
        with psycopg.connect(self._databases[PLANNER], autocommit=True) as connection:
            connection.execute("select pg_switch_wal()")

    def _rows(self, service: str, query: str, *values: Any) -> list[Any]:
        with psycopg.connect(self._databases[service]) as connection:
            return connection.execute(query.encode(), values or None).fetchall()
