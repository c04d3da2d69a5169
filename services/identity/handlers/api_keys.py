"""ApiKeyService: the keys of programs that call the gateway's HTTP routes."""

from __future__ import annotations

from typing import Any

from albertplus.identity.v1.api_key_service_pb2 import (
    AuthenticateApiKeyRequest,
    AuthenticateApiKeyResponse,
    CreateApiKeyRequest,
    CreateApiKeyResponse,
    ListApiKeysRequest,
    ListApiKeysResponse,
    RevokeApiKeyRequest,
    RevokeApiKeyResponse,
    RotateApiKeyRequest,
    RotateApiKeyResponse,
)
from albertplus.identity.v1.api_key_service_pb2_grpc import ApiKeyServiceServicer

from runtime.db import Database, WriteTx
from runtime.paging import PageToken, filters_hash
from services.identity import queries
from services.identity.commands import api_keys
from services.identity.handlers.pages import DEFAULT_PAGE_SIZE, last_id
from services.identity.wire import api_key_message

_LIST = "ListApiKeys"


class ApiKeyHandlers(ApiKeyServiceServicer):
    """Answers ApiKeyService."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def CreateApiKey(self, request: CreateApiKeyRequest, context: Any) -> CreateApiKeyResponse:
        """Make a key. Refuses with ApiKeyExists."""

        async def work(tx: WriteTx) -> CreateApiKeyResponse:
            key = await api_keys.create(tx, request.name, request.scopes, request.secret_hash)
            return CreateApiKeyResponse(api_key=api_key_message(key))

        return await self._db.mutate(request, work)

    async def ListApiKeys(self, request: ListApiKeysRequest, context: Any) -> ListApiKeysResponse:
        """A page of keys by id. Refuses with InvalidPageToken."""
        filters, size = filters_hash(request), request.page_size or DEFAULT_PAGE_SIZE
        after = last_id(request.page_token, _LIST, filters)
        async with self._db.read() as tx:
            found = await queries.api_keys_after(tx, after, size + 1)
        page, more = found[:size], len(found) > size
        return ListApiKeysResponse(
            api_keys=map(api_key_message, page),
            next_page_token=PageToken.encode(_LIST, filters, [page[-1].id]) if more else "",
        )

    async def RotateApiKey(self, request: RotateApiKeyRequest, context: Any) -> RotateApiKeyResponse:
        """Make a key in another one's place. Refuses with ApiKeyNotFound, ApiKeyExists."""

        async def work(tx: WriteTx) -> RotateApiKeyResponse:
            key = await api_keys.rotate(tx, request.id, request.secret_hash, float(request.overlap_seconds))
            return RotateApiKeyResponse(api_key=api_key_message(key))

        return await self._db.mutate(request, work)

    async def RevokeApiKey(self, request: RevokeApiKeyRequest, context: Any) -> RevokeApiKeyResponse:
        """Make a key good for nothing. Refuses with ApiKeyNotFound."""

        async def work(tx: WriteTx) -> RevokeApiKeyResponse:
            return RevokeApiKeyResponse(api_key=api_key_message(await api_keys.revoke(tx, request.id)))

        return await self._db.mutate(request, work)

    async def AuthenticateApiKey(
        self, request: AuthenticateApiKeyRequest, context: Any
    ) -> AuthenticateApiKeyResponse:
        """The key of a secret. Refuses with ApiKeyNotFound."""

        async def work(tx: WriteTx) -> AuthenticateApiKeyResponse:
            key = await api_keys.authenticate(tx, request.secret_hash)
            return AuthenticateApiKeyResponse(api_key=api_key_message(key))

        return await self._db.mutate(request, work)
