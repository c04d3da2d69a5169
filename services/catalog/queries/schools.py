"""Reading schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from services.catalog.errors import SchoolNotFound
from services.catalog.queries.listing import Listing, Page, Range
from services.catalog.queries.source import Source
from services.catalog.tables import schools

_BY_ID = select(*schools.c).where(schools.c.id == bindparam("id"))
_BY_IDS = select(*schools.c).where(schools.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_LISTING = Listing(
    columns=list(schools.c),
    order=[schools.c.name, schools.c.level],
    conditions={
        "name": schools.c.name == bindparam("name"),
        "level": schools.c.level == bindparam("level"),
    },
)


async def school_by_id(tx: Source, school_id: str) -> Any:
    """The school with an id. Refuses with SchoolNotFound."""
    row = await tx.one(_BY_ID, id=school_id)
    if row is None:
        raise SchoolNotFound(school_id)
    return row


async def schools_by_id(tx: Source, ids: Sequence[str]) -> dict[str, Any]:
    """The schools with these ids, by id."""
    return {str(row.id): row for row in await tx.all(_BY_IDS, ids=list(ids))} if ids else {}


async def list_schools(tx: Source, filters: Mapping[str, Any], part: Range) -> Page:
    """A page of schools by name and level."""
    return await _LISTING.page(tx, filters, "", part)
