"""ErasureService: what became of deleted users' data."""

from __future__ import annotations

from typing import Any

from albertplus.identity.v1 import erasure_service_pb2 as pb
from albertplus.identity.v1.erasure_service_pb2_grpc import ErasureServiceServicer

from runtime.db import Database, ReadTx
from runtime.paging import PageToken, filters_hash
from services.identity import queries
from services.identity.errors import ErasureNotFound
from services.identity.handlers.pages import DEFAULT_PAGE_SIZE, last_id
from services.identity.model import Erasure
from services.identity.wire import account, erasure_message

_LIST = "ListErasures"


class ErasureHandlers(ErasureServiceServicer):
    """Answers ErasureService."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetErasure(self, request: pb.GetErasureRequest, context: Any) -> pb.GetErasureResponse:
        """An erasure by id or account. Refuses with ErasureNotFound."""
        async with self._db.read() as tx:
            return pb.GetErasureResponse(erasure=erasure_message(await _find(tx, request)))

    async def ListErasures(self, request: pb.ListErasuresRequest, context: Any) -> pb.ListErasuresResponse:
        """A page of erasures, the oldest first. Refuses with InvalidPageToken."""
        filters, size = filters_hash(request), request.page_size or DEFAULT_PAGE_SIZE
        last = last_id(request.page_token, _LIST, filters)
        async with self._db.read() as tx:
            found = await queries.erasures_after(tx, last, size + 1, pending_only=request.pending_only)
        response = pb.ListErasuresResponse(erasures=map(erasure_message, found[:size]))
        if len(found) > size:
            response.next_page_token = PageToken.encode(_LIST, filters, [found[size - 1].id])
        return response


async def _find(tx: ReadTx, request: pb.GetErasureRequest) -> Erasure:
    if request.WhichOneof("key") == "id":
        found = await queries.erasure(tx, request.id)
        refusal = ErasureNotFound(erasure_id=request.id)
    else:
        found = await queries.erasure_of_account(tx, account(request.account))
        refusal = ErasureNotFound(issuer=request.account.issuer, subject=request.account.subject)
    if found is None:
        raise refusal
    return found
