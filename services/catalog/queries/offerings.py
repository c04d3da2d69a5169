"""Reading offerings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, SmallInteger, Text, Uuid, any_, bindparam, select

from services.catalog.errors import OfferingNotFound
from services.catalog.model.offerings import SEASONS, Term, meant
from services.catalog.queries.listing import Listing, Page, Range
from services.catalog.queries.source import Source
from services.catalog.tables import offerings

Section = tuple[int, int, int]
"""Year, season and class number."""

_COLUMNS = [column for column in offerings.c if column.name not in ("code_order", "day_mask", "search")]
_SELECT = select(*_COLUMNS)
_IN_TERM = (offerings.c.year == bindparam("year"), offerings.c.season == bindparam("season"))
_BY_ID = _SELECT.where(offerings.c.id == bindparam("id"))
_BY_SECTION = _SELECT.where(*_IN_TERM, offerings.c.class_number == bindparam("class_number"))
_BY_IDS = _SELECT.where(offerings.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_BY_SECTIONS = _SELECT.where(
    *_IN_TERM, offerings.c.class_number == any_(bindparam("class_numbers", type_=ARRAY(BigInteger)))
)
_BY_NUMBERS = _SELECT.where(
    offerings.c.class_number == any_(bindparam("class_numbers", type_=ARRAY(BigInteger)))
)
_LISTING = Listing(
    columns=_COLUMNS,
    order=[offerings.c.code_order, offerings.c.class_number],
    conditions={
        "year": offerings.c.year == bindparam("year"),
        "season": offerings.c.season == bindparam("season"),
        "course_codes": offerings.c.course_code == any_(bindparam("course_codes", type_=ARRAY(Text))),
        "statuses": offerings.c.status == any_(bindparam("statuses", type_=ARRAY(SmallInteger))),
        "level": offerings.c.level == bindparam("level"),
        "schools": offerings.c.school == any_(bindparam("schools", type_=ARRAY(Text))),
        "days": offerings.c.day_mask.op("&")(bindparam("days", type_=SmallInteger)) != 0,
        "corequisites": offerings.c.corequisite == bindparam("corequisites"),
        "corequisite_of": offerings.c.corequisite_of == bindparam("corequisite_of"),
    },
    search=offerings.c.search,
    newest=[offerings.c.id],
)


async def offering_by_id(tx: Source, offering_id: str) -> Any:
    """The section with an id. Refuses with OfferingNotFound."""
    row = await tx.one(_BY_ID, id=offering_id)
    if row is None:
        raise OfferingNotFound(offering_id=offering_id)
    return row


async def offering_by_section(tx: Source, section: Section) -> Any:
    """The section with a class number in a term. Refuses with OfferingNotFound."""
    year, season, class_number = section
    row = await tx.one(_BY_SECTION, year=year, season=season, class_number=class_number)
    if row is None:
        raise OfferingNotFound(class_number=class_number, year=year, season=SEASONS.get(season))
    return row


async def offerings_by_id(tx: Source, ids: Sequence[str]) -> dict[str, Any]:
    """The sections with these ids, by id."""
    return {str(row.id): row for row in await tx.all(_BY_IDS, ids=list(ids))} if ids else {}


async def offerings_by_section(tx: Source, sections: Iterable[Section]) -> dict[Section, Any]:
    """The sections with these class numbers and terms."""
    by_term: dict[tuple[int, int], list[int]] = defaultdict(list)
    for year, season, class_number in sections:
        by_term[year, season].append(class_number)
    found = {}
    for (year, season), numbers in by_term.items():
        for row in await tx.all(_BY_SECTIONS, year=year, season=season, class_numbers=numbers):
            found[row.year, row.season, row.class_number] = row
    return found


async def offerings_by_number(tx: Source, numbers: Sequence[int], wanted: Sequence[Term]) -> dict[int, Any]:
    """The sections meant by class numbers without a term; `wanted` are the terms to look at first."""
    by_number: dict[int, dict[Term, Any]] = defaultdict(dict)
    for row in await tx.all(_BY_NUMBERS, class_numbers=list(numbers)) if numbers else ():
        by_number[row.class_number][row.year, row.season] = row
    return {number: rows[meant(rows, wanted)] for number, rows in by_number.items()}


async def list_offerings(tx: Source, filters: Mapping[str, Any], query: str, part: Range) -> Page:
    """A page of a term's sections: by relevance for a query, else by course code and class number."""
    return await _LISTING.page(tx, filters, query, part)
