"""Writing programs and schools."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete

from runtime.db import ReadTx, WriteTx
from services.catalog.commands import upsert
from services.catalog.errors import ProgramNotFound, SchoolNotFound
from services.catalog.model.batch import Item, Result
from services.catalog.tables import programs, schools

_PROGRAMS = upsert.Target(programs, key=("name", "level", "school"), values=("url", "requirements"))
_DELETE_PROGRAM = delete(programs).where(programs.c.id == bindparam("id")).returning(programs.c.id)
_SCHOOLS = upsert.Target(schools, key=("name", "level"), values=("short_name",))
_DELETE_SCHOOL = delete(schools).where(schools.c.id == bindparam("id")).returning(schools.c.id)


async def upsert_programs(tx: WriteTx, items: Sequence[Item]) -> list[Result]:
    """Creates or replaces programs, with their requirements, by name, level and school."""
    results, _ = await upsert.write(tx, _PROGRAMS, await upsert.compare(tx, _PROGRAMS, items))
    return results


async def preview_programs(tx: ReadTx, items: Sequence[Item]) -> list[Result]:
    """What `upsert_programs` would answer."""
    return (await upsert.compare(tx, _PROGRAMS, items)).preview()


async def delete_program(tx: WriteTx, program_id: str) -> None:
    """Deletes a program. Refuses with ProgramNotFound."""
    if await tx.one(_DELETE_PROGRAM, id=program_id) is None:
        raise ProgramNotFound(program_id)


async def upsert_schools(tx: WriteTx, items: Sequence[Item]) -> list[Result]:
    """Creates or replaces schools by name and level."""
    results, _ = await upsert.write(tx, _SCHOOLS, await upsert.compare(tx, _SCHOOLS, items))
    return results


async def preview_schools(tx: ReadTx, items: Sequence[Item]) -> list[Result]:
    """What `upsert_schools` would answer."""
    return (await upsert.compare(tx, _SCHOOLS, items)).preview()


async def delete_school(tx: WriteTx, school_id: str) -> None:
    """Deletes a school. Refuses with SchoolNotFound."""
    if await tx.one(_DELETE_SCHOOL, id=school_id) is None:
        raise SchoolNotFound(school_id)
