"""Changing a student's profile."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, func, tuple_
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from runtime.ids import new_id
from services.identity import queries
from services.identity.errors import StudentNotFound, TermsOutOfOrder
from services.identity.model import Profile, Student, Term
from services.identity.tables import students

_PROFILE = (
    "program_ids",
    "school_id",
    "starting_year",
    "starting_season",
    "graduation_year",
    "graduation_season",
)
_SEASONS = ("", "j-term", "winter", "spring", "summer", "fall")

_INSERT = insert(students).values({name: bindparam(name) for name in ("id", "user_id", *_PROFILE)})
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["user_id"],
    set_={**{name: _INSERT.excluded[name] for name in _PROFILE}, "update_time": func.now()},
    # A profile that stays the same is not written, so nobody is told that it changed.
    where=tuple_(*(students.c[name] for name in _PROFILE)).is_distinct_from(
        tuple_(*(_INSERT.excluded[name] for name in _PROFILE))
    ),
)


async def put(tx: WriteTx, user_id: str, profile: Profile) -> Student:
    """Create the user's profile or replace it. Refuses with TermsOutOfOrder."""
    if not profile.in_order:
        raise TermsOutOfOrder(_text(profile.starting_term), _text(profile.expected_graduation_term))
    await tx.execute(_PUT, id=new_id(), user_id=user_id, **_columns(profile))
    stored = await queries.student(tx, user_id)
    assert stored is not None
    return stored


async def change(tx: WriteTx, user_id: str, changed: Callable[[Profile], Profile]) -> Student:
    """Replace the profile by what `changed` makes of it. Refuses with StudentNotFound, TermsOutOfOrder."""
    current = await queries.student(tx, user_id)
    if current is None:
        raise StudentNotFound
    return await put(tx, user_id, changed(current.profile))


def _columns(profile: Profile) -> dict[str, object]:
    return {
        "program_ids": list(profile.program_ids),
        "school_id": profile.school_id,
        "starting_year": profile.starting_term.year,
        "starting_season": profile.starting_term.season,
        "graduation_year": profile.expected_graduation_term.year,
        "graduation_season": profile.expected_graduation_term.season,
    }


def _text(term: Term) -> str:
    return f"{_SEASONS[term.season]} {term.year}"
