"""Forgetting deleted users: that it has begun, who has done it, and telling those again who have not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from runtime.consumer import Malformed
from runtime.db import WriteTx
from runtime.erasure import USER_DELETED, Eraser
from runtime.ids import new_id
from services.identity.model import FORGETTING, Account
from services.identity.tables import erasure_steps, erasures, metadata

_ERASER = Eraser(metadata)
_NAMES = ("id", "user_id", "issuer", "subject", "user_subject", "shared")
_BEGIN = insert(erasures).values({name: bindparam(name) for name in _NAMES})
_STEP = (
    upsert(erasure_steps)
    .from_select(
        ["erasure_id", "service", "row_count"],
        select(erasures.c.id, bindparam("service"), bindparam("row_count")).where(
            erasures.c.id == bindparam("id")
        ),
    )
    .on_conflict_do_nothing()
)
_DONE = select(func.count()).where(erasure_steps.c.erasure_id == erasures.c.id).scalar_subquery() >= len(
    FORGETTING
)
_COMPLETE = (
    update(erasures)
    .where(erasures.c.id == bindparam("id"), erasures.c.complete_time.is_(None), _DONE)
    .values(complete_time=func.now())
)
_COMPLETE_SHARED = update(erasures).where(erasures.c.id == bindparam("id")).values(complete_time=func.now())
_PAUSE = "least(interval '6 hours', interval '2 minutes' * power(2, times_told - 1))"
_OVERDUE = (
    select(erasures)
    .where(erasures.c.complete_time.is_(None), text(f"told_time < now() - {_PAUSE}"))
    .order_by(erasures.c.id)
    .limit(100)
)
_TOLD = (
    update(erasures)
    .where(erasures.c.id == bindparam("id"))
    .values(told_time=func.now(), times_told=erasures.c.times_told + 1)
)


async def begin(
    tx: WriteTx, account: Account, user_id: str | None, user_subject: str, *, shared: bool
) -> None:
    """Record that an account is gone for good, delete what identity has of its user, and tell the others.

    With `shared` another account speaks for the same user: then nothing of them is deleted.
    """
    erasure = new_id()
    values = {"issuer": account.issuer, "subject": account.subject, "user_subject": user_subject}
    await tx.execute(_BEGIN, id=erasure, user_id=user_id, shared=shared, **values)
    if shared:
        await tx.execute(_COMPLETE_SHARED, id=erasure)
    else:
        await _ERASER.erase_rows(tx, user_subject)
    await _tell(tx, erasure, user_id, values, gone=not shared)


async def record(tx: WriteTx, erasure: str, service: str, row_count: int) -> None:
    """Record that a service has done its part. Nothing happens for an erasure that is not known."""
    await tx.execute(_STEP, id=erasure, service=service, row_count=row_count)
    await tx.execute(_COMPLETE, id=erasure)


async def tell_again(tx: WriteTx) -> int:
    """Tell of erasures that are not complete a while after they were told; answers how many."""
    overdue = await tx.all(_OVERDUE)
    for row in overdue:
        values = {"issuer": row.issuer, "subject": row.subject, "user_subject": row.user_subject}
        await tx.execute(_TOLD, id=row.id)
        await _tell(tx, str(row.id), row.user_id and str(row.user_id), values, gone=True)
    return len(overdue)


def id_in(text: str) -> str:
    """The erasure's id in a fact. Raises Malformed."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise Malformed("the fact names no erasure") from error


async def _tell(
    tx: WriteTx, erasure: str, user_id: str | None, values: Mapping[str, Any], *, gone: bool
) -> None:
    fact = {**values, "erasure_id": erasure, "subject_is_gone": gone}
    await tx.emit(USER_DELETED, user_id or erasure, fact)
