"""Reading programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from services.catalog.errors import ProgramNotFound
from services.catalog.queries.listing import Listing, Page, Range
from services.catalog.queries.source import Source
from services.catalog.tables import programs

_COLUMNS = [column for column in programs.c if column.name != "search"]
_BY_ID = select(*_COLUMNS).where(programs.c.id == bindparam("id"))
_BY_IDS = select(*_COLUMNS).where(programs.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_LISTING = Listing(
    columns=_COLUMNS,
    order=[programs.c.name, programs.c.level, programs.c.school],
    conditions={
        "name": programs.c.name == bindparam("name"),
        "level": programs.c.level == bindparam("level"),
        "school": programs.c.school == bindparam("school"),
    },
    search=programs.c.search,
    newest=[programs.c.id],
)


async def program_by_id(tx: Source, program_id: str) -> Any:
    """The program with an id. Refuses with ProgramNotFound."""
    row = await tx.one(_BY_ID, id=program_id)
    if row is None:
        raise ProgramNotFound(program_id)
    return row


async def programs_by_id(tx: Source, ids: Sequence[str]) -> dict[str, Any]:
    """The programs with these ids, by id."""
    return {str(row.id): row for row in await tx.all(_BY_IDS, ids=list(ids))} if ids else {}


async def list_programs(tx: Source, filters: Mapping[str, Any], query: str, part: Range) -> Page:
    """A page of programs: by relevance for a query, else by name."""
    return await _LISTING.page(tx, filters, query, part)
