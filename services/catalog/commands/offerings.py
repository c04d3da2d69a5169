"""Writing offerings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    all_,
    and_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
)

from runtime.db import ReadTx, WriteTx
from services.catalog.commands import upsert
from services.catalog.errors import OfferingNotFound, TooManyRemoved
from services.catalog.model.batch import Item, Result
from services.catalog.model.offerings import SEASONS, STATUSES
from services.catalog.tables import offerings

_TARGET = upsert.Target(
    offerings,
    key=("year", "season", "class_number"),
    values=(
        "course_code",
        "section",
        "title",
        "description",
        "level",
        "school",
        "instructors",
        "meetings",
        "status",
        "seats_total",
        "seats_available",
        "waitlist_count",
        "corequisite",
        "corequisite_of",
    ),
    before=("status",),
    found_by="class_number",
)
_DELETE = delete(offerings).where(offerings.c.id == bindparam("id")).returning(offerings.c.id)
_IN_QUESTION: ColumnElement[bool] = and_(
    offerings.c.year == bindparam("year"),
    offerings.c.season == bindparam("season"),
    or_(bindparam("school", type_=Text).is_(null()), offerings.c.school == bindparam("school", type_=Text)),
)
_NOT_KEPT = offerings.c.class_number != all_(bindparam("kept", type_=ARRAY(BigInteger)))
_COUNT = select(func.count().label("total"), func.count().filter(_NOT_KEPT).label("missing")).where(
    _IN_QUESTION
)
_REMOVE = delete(offerings).where(_IN_QUESTION, _NOT_KEPT)


async def upsert_offerings(tx: WriteTx, items: Sequence[Item]) -> list[Result]:
    """Creates or replaces sections by term and class number; says so when the status of one changes."""
    results, changes = await upsert.write(tx, _TARGET, await upsert.compare(tx, _TARGET, items))
    facts = {
        change.id: _status_changed(change)
        for change in changes
        if change.before is not None and change.before.status != change.row["status"]
    }
    if facts:
        await tx.emit_all("OfferingStatusChanged", facts)
    return results


async def preview_offerings(tx: ReadTx, items: Sequence[Item]) -> list[Result]:
    """What `upsert_offerings` would answer."""
    return (await upsert.compare(tx, _TARGET, items)).preview()


async def delete_offering(tx: WriteTx, offering_id: str) -> None:
    """Deletes a section. Refuses with OfferingNotFound."""
    if await tx.one(_DELETE, id=offering_id) is None:
        raise OfferingNotFound(offering_id=offering_id)


async def remove_missing_offerings(
    tx: WriteTx, term: tuple[int, int], school: str | None, kept: Sequence[int], max_fraction: float
) -> int:
    """Removes the sections of a term (and school) whose class number is not in `kept`; answers how many.

    Refuses with TooManyRemoved, removing nothing, when they are more than `max_fraction` of what is there.
    """
    where = {"year": term[0], "season": term[1], "school": school, "kept": list(kept)}
    count = await tx.one(_COUNT, **where)
    assert count is not None
    if count.missing > round(count.total * max_fraction, 6):  # 0.29 of 100 is 29, not 28.999999999999996
        raise TooManyRemoved(count.missing, count.total, max_fraction)
    return await tx.execute(_REMOVE, **where) if count.missing else 0


def _status_changed(change: upsert.Change) -> dict[str, Any]:
    row = change.row
    return {
        "offering_id": change.id,
        "course_code": row["course_code"],
        "year": row["year"],
        "season": SEASONS[row["season"]],
        "class_number": row["class_number"],
        "before": STATUSES[change.before.status],
        "after": STATUSES[row["status"]],
    }
