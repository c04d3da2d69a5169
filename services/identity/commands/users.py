"""Keeping users as the sign-in provider has them."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from runtime.ids import new_id
from services.identity import queries
from services.identity.errors import UserNotFound
from services.identity.model import Account, User
from services.identity.tables import invites, students, users

USER_DELETED = "UserDeleted"
"""The fact that an account is gone; its subject is the user's id."""

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
_DELETE = delete(users).where(users.c.id == bindparam("id")).returning(users.c.issuer, users.c.subject)
_OTHERS = select(users.c.id).where(users.c.subject == bindparam("subject"))
_DELETE_STUDENT = delete(students).where(students.c.user_id == bindparam("subject"))
_DELETE_INVITE = delete(invites).where(invites.c.user_id == bindparam("subject"))


async def put(tx: WriteTx, account: Account, email: str | None, admin: bool) -> User:
    """Store the account, or replace what is stored of it."""
    await tx.execute(
        _PUT, id=new_id(), issuer=account.issuer, subject=account.subject, email=email, admin=admin
    )
    stored = await queries.user_of_account(tx, account)
    assert stored is not None
    return stored


async def remove(tx: WriteTx, user_id: str) -> None:
    """Delete a user and what identity has of them, and record UserDeleted. Refuses with UserNotFound.

    Profile and invite belong to the subject: while another issuer's account has the same one, they stay.
    """
    account = await tx.one(_DELETE, id=user_id)
    if account is None:
        raise UserNotFound(user_id=user_id)
    gone = not await tx.all(_OTHERS, subject=account.subject)
    if gone:
        await tx.execute(_DELETE_STUDENT, subject=account.subject)
        await tx.execute(_DELETE_INVITE, subject=account.subject)
    fact = {"issuer": account.issuer, "subject": account.subject, "subject_is_gone": gone}
    await tx.emit(USER_DELETED, user_id, fact)
