"""InviteService: the invite of the user who calls."""

from __future__ import annotations

from typing import Any

from albertplus.identity.v1.invite_service_pb2 import (
    CreateInviteRequest,
    CreateInviteResponse,
    GetCurrentInviteRequest,
    GetCurrentInviteResponse,
)
from albertplus.identity.v1.invite_service_pb2_grpc import InviteServiceServicer

from runtime.db import Database, WriteTx
from services.identity import queries
from services.identity.commands import invites
from services.identity.errors import InviteNotFound
from services.identity.handlers import caller
from services.identity.wire import invite_message


class InviteHandlers(InviteServiceServicer):
    """Answers InviteService."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def CreateInvite(self, request: CreateInviteRequest, context: Any) -> CreateInviteResponse:
        """Ask for an invite. Refuses with InviteAlreadyExists."""
        user_id = caller()

        async def work(tx: WriteTx) -> CreateInviteResponse:
            invite = await invites.create(tx, user_id, request.name.strip(), request.email)
            return CreateInviteResponse(invite=invite_message(invite))

        return await self._db.mutate(request, work)

    async def GetCurrentInvite(
        self, request: GetCurrentInviteRequest, context: Any
    ) -> GetCurrentInviteResponse:
        """The caller's invite. Refuses with InviteNotFound."""
        invite = await queries.invite(self._db, caller())
        if invite is None:
            raise InviteNotFound
        return GetCurrentInviteResponse(invite=invite_message(invite))
