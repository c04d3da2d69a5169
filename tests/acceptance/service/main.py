"""The acceptance service, put together: `python -m tests.acceptance.service.main` runs it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import grpc
import uvloop
from sqlalchemy import bindparam, delete, insert

from runtime.auth import Kind
from runtime.context import current_call
from runtime.db import Database, WriteTx
from runtime.ids import new_id
from runtime.refusal import Code, Refusal
from runtime.server import Clients, Service, serve
from runtime.settings import ServiceSettings, load
from tests.acceptance.protos import documents_pb2 as messages
from tests.acceptance.protos.documents_pb2_grpc import (
    DocumentServiceServicer,
    add_DocumentServiceServicer_to_server,
)
from tests.acceptance.service import queries
from tests.acceptance.service.tables import documents

RPC_SERVICE = "albertplus.acceptance.v1.DocumentService"

_ADD = (
    insert(documents)
    .values({name: bindparam(name) for name in ("id", "channel", "body", "author")})
    .returning(documents)
)
_DELETE = delete(documents).where(documents.c.id == bindparam("id"))


@dataclass(eq=False)
class Unwanted(Refusal):
    """The document was not wanted."""

    code = Code.FAILED_PRECONDITION


class DocumentHandlers(DocumentServiceServicer):
    """Answers DocumentService."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def ListDocuments(
        self, request: messages.ListDocumentsRequest, context: Any
    ) -> messages.ListDocumentsResponse:
        """A channel's documents. Refuses with InvalidPageToken."""
        return await queries.page(self._db, request)

    async def CountDocuments(
        self, request: messages.CountDocumentsRequest, context: Any
    ) -> messages.CountDocumentsResponse:
        """The number of a channel's documents."""
        return messages.CountDocumentsResponse(count=await queries.count(self._db, request.channel))

    async def CreateDocument(
        self, request: messages.CreateDocumentRequest, context: Any
    ) -> messages.CreateDocumentResponse:
        """Add a document. Refuses with Unwanted."""
        author = _caller()
        await asyncio.sleep(request.delay_ms / 1000)  # a slow service, for whoever wants to kill it meanwhile

        async def work(tx: WriteTx) -> messages.CreateDocumentResponse:
            added = await tx.one(_ADD, id=new_id(), channel=request.channel, body=request.body, author=author)
            if request.unwanted:
                raise Unwanted
            return messages.CreateDocumentResponse(document=queries.message(added))

        return await self._db.mutate(request, work)

    async def DeleteDocument(
        self, request: messages.DeleteDocumentRequest, context: Any
    ) -> messages.DeleteDocumentResponse:
        """Delete a document, if it is there."""

        async def work(tx: WriteTx) -> messages.DeleteDocumentResponse:
            await tx.execute(_DELETE, id=request.id)
            return messages.DeleteDocumentResponse()

        return await self._db.mutate(request, work)


def register(server: grpc.aio.Server, db: Database, clients: Clients, settings: Any) -> None:
    """Adds the handlers. No other service is called."""
    add_DocumentServiceServicer_to_server(DocumentHandlers(db), server)


SERVICE = Service(name="acceptance", rpc_services=(RPC_SERVICE,), register=register)


def _caller() -> str | None:
    principal = current_call().principal
    # As functions see it; between processes users of a further issuer are known by that, too.
    return principal.subject.rpartition("|")[2] if principal.kind is Kind.USER else None


if __name__ == "__main__":
    uvloop.run(serve(SERVICE, load(ServiceSettings)))
