"""Keeping users as the sign-in provider has them."""

from __future__ import annotations

import datetime

from sqlalchemy import bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from runtime.ids import new_id
from runtime.refusal import AccountDeleted
from runtime.subjects import Subjects
from services.identity import queries
from services.identity.commands import erasures
from services.identity.errors import UserNotFound
from services.identity.model import Account, Told, User
from services.identity.tables import users

_INSERT = insert(users).values(
    {name: bindparam(name) for name in ("id", "issuer", "subject", "email", "admin")}
)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["issuer", "subject"],
    set_={"email": _INSERT.excluded.email, "admin": _INSERT.excluded.admin, "update_time": func.now()},
    where=tuple_(users.c.email, users.c.admin).is_distinct_from(
        tuple_(_INSERT.excluded.email, _INSERT.excluded.admin)
    ),
)
_OF_ACCOUNT = (users.c.issuer == bindparam("issuer_"), users.c.subject == bindparam("subject_"))
_TOLD_TIME = select(users.c.told_time).where(*_OF_ACCOUNT)
_SET_TOLD_TIME = (
    update(users)
    .where(*_OF_ACCOUNT, users.c.told_time.is_distinct_from(bindparam("time")))
    .values(told_time=bindparam("time"))
)
_DELETE = delete(users).where(users.c.id == bindparam("id")).returning(users.c.issuer, users.c.subject)
_DELETE_ACCOUNT = delete(users).where(*_OF_ACCOUNT).returning(users.c.id)
_OTHERS = select(users.c.id).where(users.c.subject == bindparam("subject"))


async def put(tx: WriteTx, account: Account, email: str | None, admin: bool, subjects: Subjects) -> User:
    """Store the account, or replace what is stored of it. Refuses with AccountDeleted."""
    if await queries.erasure_of_account(tx, account) is not None:
        raise AccountDeleted
    await tx.execute(
        _PUT, id=new_id(), issuer=account.issuer, subject=account.subject, email=email, admin=admin
    )
    stored = await queries.user_of_account(tx, account, subjects)
    assert stored is not None
    return stored


async def report(
    tx: WriteTx,
    account: Account,
    email: str | None,
    admin: bool,
    time: datetime.datetime,
    subjects: Subjects,
) -> Told:
    """Store what the provider says the account was like at `time`, unless it has said something newer."""
    known = {"issuer_": account.issuer, "subject_": account.subject}
    row = await tx.one(_TOLD_TIME, **known)
    if row is not None and row.told_time is not None and row.told_time > time:
        return Told.STALE
    try:
        await put(tx, account, email, admin, subjects)
    except AccountDeleted:
        return Told.DELETED
    await tx.execute(_SET_TOLD_TIME, time=time, **known)
    return Told.APPLIED


async def report_deleted(tx: WriteTx, account: Account, subjects: Subjects) -> Told:
    """Delete an account for good, and all that is stored of its user, whether it is known or not."""
    if await queries.erasure_of_account(tx, account) is not None:
        return Told.DELETED
    row = await tx.one(_DELETE_ACCOUNT, issuer_=account.issuer, subject_=account.subject)
    await _forget(tx, account, None if row is None else str(row.id), subjects)
    return Told.APPLIED


async def remove(tx: WriteTx, user_id: str, subjects: Subjects) -> None:
    """Delete a user for good, and all that is stored of them. Refuses with UserNotFound."""
    row = await tx.one(_DELETE, id=user_id)
    if row is None:
        raise UserNotFound(user_id=user_id)
    await _forget(tx, Account(row.issuer, row.subject), user_id, subjects)


async def _forget(tx: WriteTx, account: Account, user_id: str | None, subjects: Subjects) -> None:
    """What is stored belongs to a subject: while another account has the same one, it stays."""
    user_subject = subjects.of(account.issuer, account.subject)
    others = await tx.all(_OTHERS, subject=account.subject) if subjects.are_shared else []
    await erasures.begin(tx, account, user_id, user_subject, shared=bool(others))
