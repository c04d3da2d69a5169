"""UserService: who can sign in, as the sign-in provider tells it."""

from __future__ import annotations

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
from runtime.subjects import Subjects
from services.identity import queries
from services.identity.commands import users
from services.identity.errors import UserNotFound
from services.identity.handlers import caller
from services.identity.handlers.pages import DEFAULT_PAGE_SIZE, last_id
from services.identity.model import User
from services.identity.wire import account, user_message

_LIST = "ListUsers"


class UserHandlers(UserServiceServicer):
    """Answers UserService."""

    def __init__(self, db: Database, subjects: Subjects) -> None:
        self._db = db
        self._subjects = subjects

    async def GetCurrentUser(self, request: GetCurrentUserRequest, context: Any) -> GetCurrentUserResponse:
        """The user who calls. Refuses with UserNotFound."""
        subject = caller()
        async with self._db.read() as tx:
            user = await queries.user_of_subject(tx, subject, self._subjects)
        if user is None:
            raise UserNotFound(subject=subject)
        return GetCurrentUserResponse(user=user_message(user))

    async def GetUser(self, request: GetUserRequest, context: Any) -> GetUserResponse:
        """A user by id or account. Refuses with UserNotFound."""
        async with self._db.read() as tx:
            return GetUserResponse(user=user_message(await _find(tx, request, self._subjects)))

    async def ListUsers(self, request: ListUsersRequest, context: Any) -> ListUsersResponse:
        """A page of users in the order they were stored. Refuses with InvalidPageToken."""
        filters, size = filters_hash(request), request.page_size or DEFAULT_PAGE_SIZE
        after = last_id(request.page_token, _LIST, filters)
        async with self._db.read() as tx:
            found = await queries.users_after(tx, after, size + 1, self._subjects)
        page, more = found[:size], len(found) > size
        return ListUsersResponse(
            users=map(user_message, page),
            next_page_token=PageToken.encode(_LIST, filters, [page[-1].id]) if more else "",
        )

    async def UpsertUser(self, request: UpsertUserRequest, context: Any) -> UpsertUserResponse:
        """Create or replace a user. Refuses with AccountDeleted."""
        email = request.email if request.HasField("email") else None

        async def work(tx: WriteTx) -> UpsertUserResponse:
            user = await users.put(tx, account(request.account), email, request.admin, self._subjects)
            return UpsertUserResponse(user=user_message(user))

        return await self._db.mutate(request, work)

    async def DeleteUser(self, request: DeleteUserRequest, context: Any) -> DeleteUserResponse:
        """Delete a user for good. Refuses with UserNotFound."""

        async def work(tx: WriteTx) -> DeleteUserResponse:
            await users.remove(tx, request.id, self._subjects)
            return DeleteUserResponse()

        return await self._db.mutate(request, work)


async def _find(tx: ReadTx, request: GetUserRequest, subjects: Subjects) -> User:
    if request.WhichOneof("key") == "id":
        user = await queries.user(tx, request.id, subjects)
        refusal = UserNotFound(user_id=request.id)
    else:
        user = await queries.user_of_account(tx, account(request.account), subjects)
        refusal = UserNotFound(issuer=request.account.issuer, subject=request.account.subject)
    if user is None:
        raise refusal
    return user
