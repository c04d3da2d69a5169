"""Making, exchanging and revoking API keys.

A secret has 256 random bits, so its SHA-256 tells nothing of it: a slow hash, as for passwords, would make
nothing safer and every call slower.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import ARRAY, ColumnElement, Float, LargeBinary, Text, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from runtime.ids import new_id
from services.identity import queries
from services.identity.errors import ApiKeyExists, ApiKeyNotFound
from services.identity.model import ApiKey
from services.identity.tables import api_keys

_THROTTLE = 60.0
"""Seconds in which the time of the last use is written once."""


def _later(seconds: str) -> ColumnElement[datetime.datetime]:
    """A time so many seconds from now."""
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, bindparam(seconds, type_=Float))


_GOOD = (
    api_keys.c.revoke_time.is_(None),
    or_(api_keys.c.expire_time.is_(None), api_keys.c.expire_time > func.now()),
)
_ADD = insert(api_keys).values(
    id=bindparam("id"),
    name=bindparam("name"),
    scopes=bindparam("scopes", type_=ARRAY(Text)),
    secret_hash=bindparam("secret_hash", type_=LargeBinary),
)
_ADD = _ADD.on_conflict_do_nothing(index_elements=["secret_hash"])
_OF_NAME = select(api_keys.c.id).where(
    api_keys.c.name == bindparam("name"), api_keys.c.expire_time.is_(None), api_keys.c.revoke_time.is_(None)
)
_GOOD_KEY = select(api_keys).where(api_keys.c.id == bindparam("id"), *_GOOD)
_OF_SECRET = select(api_keys).where(api_keys.c.secret_hash == bindparam("secret_hash"), *_GOOD)
_EXPIRE = (
    update(api_keys)
    .where(api_keys.c.id == bindparam("key_id"))
    .values(expire_time=func.least(api_keys.c.expire_time, _later("overlap")))
)
_REVOKE = (
    update(api_keys)
    .where(api_keys.c.id == bindparam("key_id"))
    .values(revoke_time=func.coalesce(api_keys.c.revoke_time, func.now()))
)
_USED = (
    update(api_keys)
    .where(api_keys.c.id == bindparam("key_id"))
    .where(or_(api_keys.c.last_use_time.is_(None), api_keys.c.last_use_time < _later("before")))
    .values(last_use_time=func.now())
)


async def create(tx: WriteTx, name: str, scopes: Sequence[str], secret_hash: bytes) -> ApiKey:
    """Store a key. Refuses with ApiKeyExists."""
    if await tx.all(_OF_NAME, name=name):
        raise ApiKeyExists(name)
    return await _add(tx, name, scopes, secret_hash)


async def rotate(tx: WriteTx, id_: str, secret_hash: bytes, overlap: float) -> ApiKey:
    """Store a key in another one's place, which expires. Refuses with ApiKeyNotFound, ApiKeyExists."""
    old = await tx.one(_GOOD_KEY, id=id_)
    if old is None:
        raise ApiKeyNotFound
    await tx.execute(_EXPIRE, key_id=id_, overlap=overlap)
    return await _add(tx, old.name, old.scopes, secret_hash)


async def revoke(tx: WriteTx, id_: str) -> ApiKey:
    """Make a key good for nothing. Refuses with ApiKeyNotFound."""
    if not await tx.execute(_REVOKE, key_id=id_):
        raise ApiKeyNotFound
    return await _stored(tx, id_)


async def authenticate(tx: WriteTx, secret_hash: bytes) -> ApiKey:
    """The key of a secret; notes that it was used. Refuses with ApiKeyNotFound."""
    row = await tx.one(_OF_SECRET, secret_hash=secret_hash)
    if row is None:
        raise ApiKeyNotFound
    await tx.execute(_USED, key_id=row.id, before=-_THROTTLE)
    return queries.api_key_of(row)


async def _add(tx: WriteTx, name: str, scopes: Sequence[str], secret_hash: bytes) -> ApiKey:
    id_ = new_id()
    if not await tx.execute(_ADD, id=id_, name=name, scopes=list(scopes), secret_hash=secret_hash):
        raise ApiKeyExists(name)
    return await _stored(tx, id_)


async def _stored(tx: WriteTx, id_: str) -> ApiKey:
    found = await queries.api_key(tx, id_)
    assert found is not None
    return found
