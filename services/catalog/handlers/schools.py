"""SchoolService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.catalog.v1 import school_service_pb2 as pb
from albertplus.catalog.v1 import school_service_pb2_grpc

from runtime.db import Database, WriteTx
from services.catalog.commands import programs as commands
from services.catalog.handlers.requests import by_canonical_id, next_token, part
from services.catalog.model.batch import Result
from services.catalog.queries import schools as queries
from services.catalog.wire import batch
from services.catalog.wire import programs as wire

Context = grpc.aio.ServicerContext[Any, Any]


class SchoolHandlers(school_service_pb2_grpc.SchoolServiceServicer):
    """Answers what is asked of schools."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetSchool(self, request: pb.GetSchoolRequest, context: Context) -> pb.GetSchoolResponse:
        return pb.GetSchoolResponse(school=wire.school(await queries.school_by_id(self._db, request.id)))

    async def ListSchools(self, request: pb.ListSchoolsRequest, context: Context) -> pb.ListSchoolsResponse:
        wanted, filters = part(request), wire.school_filters(request)
        async with self._db.read() as tx:
            page = await queries.list_schools(tx, filters, wanted)
        return pb.ListSchoolsResponse(
            schools=map(wire.school, page.rows), next_page_token=next_token(request, page)
        )

    async def BatchGetSchools(
        self, request: pb.BatchGetSchoolsRequest, context: Context
    ) -> pb.BatchGetSchoolsResponse:
        ids = by_canonical_id(request.ids)
        async with self._db.read() as tx:
            found = await queries.schools_by_id(tx, list(ids))
        return pb.BatchGetSchoolsResponse(
            schools=[wire.school(found[each]) for each in ids if each in found],
            missing_ids=[given for each, given in ids.items() if each not in found],
        )

    async def BatchUpsertSchools(
        self, request: pb.BatchUpsertSchoolsRequest, context: Context
    ) -> pb.BatchUpsertSchoolsResponse:
        items = [wire.school_item(each) for each in request.schools]

        async def work(tx: WriteTx) -> pb.BatchUpsertSchoolsResponse:
            return _answer(await commands.upsert_schools(tx, items))

        if not request.dry_run:
            return await self._db.mutate(request, work)
        async with self._db.read() as tx:
            return _answer(await commands.preview_schools(tx, items))

    async def DeleteSchool(
        self, request: pb.DeleteSchoolRequest, context: Context
    ) -> pb.DeleteSchoolResponse:
        async def work(tx: WriteTx) -> pb.DeleteSchoolResponse:
            await commands.delete_school(tx, request.id)
            return pb.DeleteSchoolResponse()

        return await self._db.mutate(request, work)


def _answer(results: Sequence[Result]) -> pb.BatchUpsertSchoolsResponse:
    return pb.BatchUpsertSchoolsResponse(results=batch.results(results))
