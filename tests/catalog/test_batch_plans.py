"""Batches find the rows they are about one by one, also while PostgreSQL knows nothing about a table."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
from psycopg import ClientCursor
from sqlalchemy import Executable

from runtime.statements import statement
from services.catalog.commands.offerings import _TARGET

# Nothing is known about the table; and the index of the key, which is a tie with others then, has lost.
_NEVER_ANALYSED = """
alter table offerings set (autovacuum_enabled = off);
insert into offerings (course_code, class_number, year, season, section, title, description, level, school,
  instructors, meetings, status, corequisite)
select 'SUB ' || n, n, 2024, 3, '', '', repeat(md5(n::text), 4), 'graduate', 'School', '{}', '[]', 1, false
from generate_series(1, 8000) n;
alter table offerings drop constraint offerings_section
"""


def _rows_looked_at(connection: psycopg.Connection, source: Executable) -> int:
    """Rows of the table that PostgreSQL reads to run a statement for five hundred sections."""
    rows = [{"item": n, "year": 2024, "season": 3, "class_number": n, "status": 2} for n in range(1, 501)]
    cursor = ClientCursor(connection)
    cursor.execute(f"explain (analyze, format json) {statement(source).sql}", {"rows": json.dumps(rows)})
    found = cursor.fetchone()
    assert found is not None
    return _looked_at(found[0][0]["Plan"])


def _looked_at(node: dict[str, object]) -> int:
    own = 0
    if node.get("Relation Name") == "offerings" and node["Node Type"] != "ModifyTable":
        own = int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])  # type: ignore[operator]
    return own + sum(map(_looked_at, node.get("Plans", ())))  # type: ignore[call-overload]


def test_a_batch_is_compared_without_reading_the_term_for_each_section(
    database: Callable[[str], str],
) -> None:
    with psycopg.connect(database("catalog")) as connection:
        connection.execute(_NEVER_ANALYSED)
        assert _rows_looked_at(connection, _TARGET.compare) <= 8000


def test_a_batch_is_written_without_reading_the_term_for_each_section(
    database: Callable[[str], str],
) -> None:
    with psycopg.connect(database("catalog")) as connection:
        connection.execute(_NEVER_ANALYSED)
        assert _rows_looked_at(connection, _TARGET.update(frozenset({"status"}))) <= 8000
