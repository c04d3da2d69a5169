"""What identity can be asked. A student's rows are selected by who calls, never fetched and compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, any_, bindparam, select

from runtime.db import Database, ReadTx
from services.identity.model import Account, Invite, Profile, Student, Term, User
from services.identity.tables import invites, students, users

Reader = ReadTx | Database
"""A transaction, or the database itself for a question of a single statement."""

_FIRST_ID = "00000000-0000-0000-0000-000000000000"

_STUDENT = select(students).where(students.c.user_id == bindparam("user_id"))
_STUDENT_IDS = select(students.c.user_id, students.c.id).where(
    students.c.user_id == any_(bindparam("user_ids", type_=ARRAY(Text)))
)
_INVITE = select(invites).where(invites.c.user_id == bindparam("user_id"))
_USER = select(users).where(users.c.id == bindparam("id"))
_USERS_OF_SUBJECT = select(users).where(users.c.subject == bindparam("subject")).order_by(users.c.id)
_FIRST_OF_SUBJECT = _USERS_OF_SUBJECT.limit(1)
_ACCOUNT = _USERS_OF_SUBJECT.where(users.c.issuer == bindparam("issuer"))
_PAGE = (
    select(users)
    .where(users.c.id > bindparam("after"))
    .order_by(users.c.id)
    .limit(bindparam("limit", type_=Integer))
)


async def student(reader: Reader, user_id: str) -> Student | None:
    """The profile of a user."""
    row = await reader.one(_STUDENT, user_id=user_id)
    return None if row is None else _student(row)


async def invite(reader: Reader, user_id: str) -> Invite | None:
    """The invite of a user."""
    row = await reader.one(_INVITE, user_id=user_id)
    return None if row is None else Invite(str(row.id), row.name, row.email, row.create_time)


async def user(tx: ReadTx, user_id: str) -> User | None:
    """The user with an id."""
    return _only(await _users(tx, await tx.all(_USER, id=user_id)))


async def user_of_account(tx: ReadTx, account: Account) -> User | None:
    """The user with an account."""
    rows = await tx.all(_ACCOUNT, issuer=account.issuer, subject=account.subject)
    return _only(await _users(tx, rows))


async def user_of_subject(tx: ReadTx, subject: str) -> User | None:
    """The user a token's subject means: with several accounts of that subject, the one stored first."""
    return _only(await _users(tx, await tx.all(_FIRST_OF_SUBJECT, subject=subject)))


async def users_after(tx: ReadTx, after: str | None, limit: int) -> list[User]:
    """At most `limit` users in the order of their ids, from the one after `after` on."""
    return await _users(tx, await tx.all(_PAGE, after=after or _FIRST_ID, limit=limit))


async def _users(tx: ReadTx, rows: Sequence[Any]) -> list[User]:
    """The users in `rows` with the ids of their profiles."""
    if not rows:
        return []
    found = await tx.all(_STUDENT_IDS, user_ids=[row.subject for row in rows])
    student_ids = {each.user_id: str(each.id) for each in found}
    return [_user(row, student_ids.get(row.subject)) for row in rows]


def _only(found: list[User]) -> User | None:
    return found[0] if found else None


def _user(row: Any, student_id: str | None) -> User:
    return User(
        id=str(row.id),
        account=Account(row.issuer, row.subject),
        email=row.email,
        admin=row.admin,
        student_id=student_id,
        create_time=row.create_time,
        update_time=row.update_time,
    )


def _student(row: Any) -> Student:
    profile = Profile(
        program_ids=tuple(map(str, row.program_ids)),
        school_id=str(row.school_id),
        starting_term=Term(row.starting_year, row.starting_season),
        expected_graduation_term=Term(row.graduation_year, row.graduation_season),
    )
    return Student(str(row.id), row.user_id, profile, row.create_time, row.update_time)
