"""Asking for an invite."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from runtime.db import WriteTx
from runtime.ids import new_id
from services.identity import queries
from services.identity.errors import InviteAlreadyExists
from services.identity.model import Invite
from services.identity.tables import invites

_ADD = (
    insert(invites)
    .values({name: bindparam(name) for name in ("id", "user_id", "name", "email")})
    .on_conflict_do_nothing(index_elements=["user_id"])
)


async def create(tx: WriteTx, user_id: str, name: str, email: str) -> Invite:
    """Store the user's request to be invited. Refuses with InviteAlreadyExists the second time."""
    if not await tx.execute(_ADD, id=new_id(), user_id=user_id, name=name, email=email):
        raise InviteAlreadyExists
    stored = await queries.invite(tx, user_id)
    assert stored is not None
    return stored
