"""UserService: who can sign in, as the sign-in provider tells it."""

from __future__ import annotations

import uuid
from typing import Any

from albertplus.identity.v1.user_service_pb2 import (
    DeleteUserRequest,
    DeleteUserResponse,
    GetCurrentUserRequest,
    GetCurrentUserResponse,
    GetUserRequest,
    GetUserResponse,
    ListUsersRequest,
    ListUsersResponse,
    UpsertUserRequest,
    UpsertUserResponse,
)
from albertplus.identity.v1.user_service_pb2_grpc import UserServiceServicer

from runtime.db import Database, ReadTx, WriteTx
from runtime.paging import PageToken, filters_hash
from runtime.refusal import InvalidPageToken
from services.identity import queries
from services.identity.commands import users
from services.identity.errors import UserNotFound
from services.identity.handlers import caller
from services.identity.model import User
from services.identity.wire import account, user_message

DEFAULT_PAGE_SIZE = 50
_LIST = "ListUsers"


class UserHandlers(UserServiceServicer):
    """Answers UserService."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetCurrentUser(self, request: GetCurrentUserRequest, context: Any) -> GetCurrentUserResponse:
        """The user who calls. Refuses with UserNotFound."""
        subject = caller()
        async with self._db.read() as tx:
            user = await queries.user_of_subject(tx, subject)
        if user is None:
            raise UserNotFound(subject=subject)
        return GetCurrentUserResponse(user=user_message(user))

    async def GetUser(self, request: GetUserRequest, context: Any) -> GetUserResponse:
        """A user by id or account. Refuses with UserNotFound."""
        async with self._db.read() as tx:
            return GetUserResponse(user=user_message(await _find(tx, request)))

    async def ListUsers(self, request: ListUsersRequest, context: Any) -> ListUsersResponse:
        """A page of users in the order they were stored. Refuses with InvalidPageToken."""
        filters, size = filters_hash(request), request.page_size or DEFAULT_PAGE_SIZE
        after = _last_id(request.page_token, filters)
        async with self._db.read() as tx:
            found = await queries.users_after(tx, after, size + 1)
        page, more = found[:size], len(found) > size
        return ListUsersResponse(
            users=map(user_message, page),
            next_page_token=PageToken.encode(_LIST, filters, [page[-1].id]) if more else "",
        )

    async def UpsertUser(self, request: UpsertUserRequest, context: Any) -> UpsertUserResponse:
        """Create or replace a user."""
        email = request.email if request.HasField("email") else None

        async def work(tx: WriteTx) -> UpsertUserResponse:
            user = await users.put(tx, account(request.account), email, request.admin)
            return UpsertUserResponse(user=user_message(user))

        return await self._db.mutate(request, work)

    async def DeleteUser(self, request: DeleteUserRequest, context: Any) -> DeleteUserResponse:
        """Delete a user with profile and invite. Refuses with UserNotFound."""

        async def work(tx: WriteTx) -> DeleteUserResponse:
            await users.remove(tx, request.id)
            return DeleteUserResponse()

        return await self._db.mutate(request, work)


async def _find(tx: ReadTx, request: GetUserRequest) -> User:
    if request.WhichOneof("key") == "id":
        user = await queries.user(tx, request.id)
        refusal = UserNotFound(user_id=request.id)
    else:
        user = await queries.user_of_account(tx, account(request.account))
        refusal = UserNotFound(issuer=request.account.issuer, subject=request.account.subject)
    if user is None:
        raise refusal
    return user


def _last_id(page_token: str, filters: str) -> str | None:
    """The id in a page token, None for an empty one. Refuses with InvalidPageToken."""
    position = PageToken.decode(page_token, _LIST, filters)
    if position is None:
        return None
    try:
        (last,) = position
        return str(uuid.UUID(str(last)))
    except ValueError as error:
        raise InvalidPageToken from error
