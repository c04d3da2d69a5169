"""Importing: rows a second through the gateway, when all are new and when none has changed."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Table

from services.catalog.tables import courses, offerings
from tests.bench import cpu
from tests.bench.child import MeasurementFailed
from tests.bench.data import Data
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds
from tests.bench.system import Measured

_TABLES = (courses, offerings)
Copied = Sequence[tuple[sql.Composed, bytes]]


async def measure(system: Measured, data: Data, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Leaves the catalog full."""
    for _ in effort.each_round():
        system.clear_catalog()
        rounds.add("import.new", await load(system, data, "created"))
        rounds.add("import.unchanged", await load(system, data, "unchanged"))
        rounds.add("import.copy", await asyncio.to_thread(_copy, system))
    copied = rounds.median("import.copy.rate")
    return [
        _figure(rounds, "import, all rows new", "new", [Floor("COPY", copied)], "≥ 0.2 × COPY"),
        _figure(rounds, "import again, no row changed", "unchanged", [Floor("COPY", copied)]),
        _figure(rounds, "  (the floor itself: COPY)", "copy", []),
    ]


async def load(system: Measured, data: Data, outcome: str) -> dict[str, Any]:
    """`albertplus import`: rows per second as it says itself. Raises MeasurementFailed."""
    watched = system.pids(catalog="catalog", gateway="gateway", PostgreSQL="PostgreSQL")
    command = [sys.executable, "-m", "cli.main", "import", "--json", "--gateway", system.writing]
    before, own = cpu.of(watched), _children_used()
    process = await asyncio.create_subprocess_exec(
        *(*command, *map(str, data.files)),
        env={**os.environ, "ALBERTPLUS_HOME": str(system.home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, said = await process.communicate()
    if process.returncode:
        raise MeasurementFailed(f"the import failed:\n{said.decode()[-3000:]}")
    summary = json.loads(printed)
    rows = _settled(summary, outcome)
    used = cpu.per_operation(before, cpu.of(watched), rows)
    used["client"] = (_children_used() - own) / rows
    return {"rate": rows / summary["seconds"], "cpu": used}


def _settled(summary: dict[str, Any], outcome: str) -> int:
    """The rows read; every one must have come out as expected, or something else was measured."""
    kinds = summary["kinds"].values()
    read = sum(kind["read"] for kind in kinds)
    settled = sum(kind[outcome] + kind["joined"] + kind["repeated"] + kind["superseded"] for kind in kinds)
    if settled != read:
        raise MeasurementFailed(f"{settled} of {read} rows came out {outcome}: {summary['kinds']}")
    return int(read)


def _copy(system: Measured) -> dict[str, Any]:
    """The rows of the running catalog by COPY into the same tables of a fresh database."""
    content = _content(system.catalog_dsn)
    watched = system.pids(PostgreSQL="PostgreSQL")
    with psycopg.connect(system.fresh_database("bench_copy")) as connection:
        before, own, began = cpu.of(watched), time.process_time(), time.monotonic()
        rows = sum(_copy_in(connection, statement, text) for statement, text in content)
        connection.commit()
        elapsed, own_used = time.monotonic() - began, time.process_time() - own
    used = cpu.per_operation(before, cpu.of(watched), rows) | {"client": own_used / rows}
    return {"rate": rows / elapsed, "cpu": used}


def _content(dsn: str) -> Copied:
    with psycopg.connect(dsn) as connection:
        return [(_statement(table, "FROM STDIN"), _copy_out(connection, table)) for table in _TABLES]


def _copy_out(connection: psycopg.Connection, table: Table) -> bytes:
    with connection.cursor() as cursor, cursor.copy(_statement(table, "TO STDOUT")) as copy:
        return b"".join(map(bytes, copy))


def _copy_in(connection: psycopg.Connection, statement: sql.Composed, text: bytes) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            copy.write(text)
        return cursor.rowcount


def _statement(table: Table, direction: str) -> sql.Composed:
    columns = [sql.Identifier(column.name) for column in table.c if column.computed is None]
    names = sql.SQL(", ").join(columns)
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table.name), names, sql.SQL(direction))


def _figure(rounds: Rounds, name: str, part: str, floors: list[Floor], aim: str = "") -> Figure:
    value, used = rounds.median(f"import.{part}.rate"), rounds.medians(f"import.{part}.cpu")
    return Figure(name, value, "rows/s", floors, more_is_better=True, cpu=used, aim=aim)


def _children_used() -> float:
    """What children of ours that have ended used of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def settle(system: Measured) -> None:
    """What PostgreSQL does by itself within a minute of a load, and would do while we measure."""
    with psycopg.connect(system.catalog_dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def is_loaded(system: Measured) -> bool:
    """Whether the catalog holds courses."""
    with psycopg.connect(system.catalog_dsn) as connection:
        return connection.execute("select from courses limit 1").fetchone() is not None
