"""What identity can be asked. A student's rows are selected by who calls, never fetched and compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, Uuid, any_, bindparam, select

from runtime.db import Database, ReadTx
from runtime.subjects import Subjects
from services.identity.model import (
    Account,
    ApiKey,
    Erasure,
    ErasureStep,
    Invite,
    Profile,
    Student,
    Term,
    User,
)
from services.identity.tables import api_keys, erasure_steps, erasures, invites, students, users

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


_ERASURE = select(erasures).where(erasures.c.id == bindparam("id"))
_ERASURE_OF_ACCOUNT = select(erasures).where(
    erasures.c.subject == bindparam("subject"), erasures.c.issuer == bindparam("issuer")
)
_ERASURE_PAGE = (
    select(erasures)
    .where(erasures.c.id > bindparam("after"))
    .order_by(erasures.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_PENDING_PAGE = _ERASURE_PAGE.where(erasures.c.complete_time.is_(None))
_STEPS = (
    select(erasure_steps)
    .where(erasure_steps.c.erasure_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(erasure_steps.c.erasure_id, erasure_steps.c.service)
)
_API_KEY = select(api_keys).where(api_keys.c.id == bindparam("id"))
_API_KEYS = (
    select(api_keys)
    .where(api_keys.c.id > bindparam("after"))
    .order_by(api_keys.c.id)
    .limit(bindparam("limit", type_=Integer))
)


async def api_key(tx: ReadTx, id_: str) -> ApiKey | None:
    """The API key with an id."""
    row = await tx.one(_API_KEY, id=id_)
    return None if row is None else api_key_of(row)


async def api_keys_after(tx: ReadTx, after: str | None, limit: int) -> list[ApiKey]:
    """At most `limit` API keys in the order of their ids, from the one after `after` on."""
    return [api_key_of(row) for row in await tx.all(_API_KEYS, after=after or _FIRST_ID, limit=limit)]


async def student(reader: Reader, user_id: str) -> Student | None:
    """The profile of a user."""
    row = await reader.one(_STUDENT, user_id=user_id)
    return None if row is None else _student(row)


async def invite(reader: Reader, user_id: str) -> Invite | None:
    """The invite of a user."""
    row = await reader.one(_INVITE, user_id=user_id)
    return None if row is None else Invite(str(row.id), row.name, row.email, row.create_time)


async def user(tx: ReadTx, user_id: str, subjects: Subjects) -> User | None:
    """The user with an id."""
    return _only(await _users(tx, await tx.all(_USER, id=user_id), subjects))


async def user_of_account(tx: ReadTx, account: Account, subjects: Subjects) -> User | None:
    """The user with an account."""
    rows = await tx.all(_ACCOUNT, issuer=account.issuer, subject=account.subject)
    return _only(await _users(tx, rows, subjects))


async def user_of_subject(tx: ReadTx, user_subject: str, subjects: Subjects) -> User | None:
    """The user who calls under a subject: with several accounts of the same one, the one stored first."""
    issuer, subject = subjects.account(user_subject)
    if issuer is not None:
        return await user_of_account(tx, Account(issuer, subject), subjects)
    return _only(await _users(tx, await tx.all(_FIRST_OF_SUBJECT, subject=subject), subjects))


async def users_after(tx: ReadTx, after: str | None, limit: int, subjects: Subjects) -> list[User]:
    """At most `limit` users in the order of their ids, from the one after `after` on."""
    return await _users(tx, await tx.all(_PAGE, after=after or _FIRST_ID, limit=limit), subjects)


async def erasure(tx: ReadTx, erasure_id: str) -> Erasure | None:
    """The erasure with an id."""
    return _one(await _erasures(tx, await tx.all(_ERASURE, id=erasure_id)))


async def erasure_of_account(tx: ReadTx, account: Account) -> Erasure | None:
    """The erasure of an account; None: it was not deleted."""
    rows = await tx.all(_ERASURE_OF_ACCOUNT, issuer=account.issuer, subject=account.subject)
    return _one(await _erasures(tx, rows))


async def erasures_after(tx: ReadTx, after: str | None, limit: int, *, pending_only: bool) -> list[Erasure]:
    """At most `limit` erasures in the order of their ids, from the one after `after` on."""
    page = _PENDING_PAGE if pending_only else _ERASURE_PAGE
    return await _erasures(tx, await tx.all(page, after=after or _FIRST_ID, limit=limit))


async def _erasures(tx: ReadTx, rows: Sequence[Any]) -> list[Erasure]:
    """The erasures in `rows` with what was done."""
    if not rows:
        return []
    steps: dict[Any, list[ErasureStep]] = {row.id: [] for row in rows}
    for step in await tx.all(_STEPS, ids=list(steps)):
        steps[step.erasure_id].append(ErasureStep(step.service, step.row_count, step.done_time))
    return [_erasure(row, steps[row.id]) for row in rows]


def _erasure(row: Any, steps: Iterable[ErasureStep]) -> Erasure:
    return Erasure(
        id=str(row.id),
        user_id=None if row.user_id is None else str(row.user_id),
        account=Account(row.issuer, row.subject),
        shared=row.shared,
        create_time=row.create_time,
        told_time=row.told_time,
        complete_time=row.complete_time,
        steps=tuple(steps),
    )


def _one(found: list[Erasure]) -> Erasure | None:
    return found[0] if found else None


async def _users(tx: ReadTx, rows: Sequence[Any], subjects: Subjects) -> list[User]:
    """The users in `rows` with the ids of their profiles."""
    if not rows:
        return []
    known_as = {row.id: subjects.of(row.issuer, row.subject) for row in rows}
    found = await tx.all(_STUDENT_IDS, user_ids=list(known_as.values()))
    student_ids = {each.user_id: str(each.id) for each in found}
    return [_user(row, student_ids.get(known_as[row.id])) for row in rows]


def api_key_of(row: Any) -> ApiKey:
    """The API key in a row."""
    times = (row.create_time, row.expire_time, row.revoke_time, row.last_use_time)
    return ApiKey(str(row.id), row.name, tuple(row.scopes), *times)


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
