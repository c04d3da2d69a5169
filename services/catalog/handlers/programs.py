"""ProgramService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.catalog.v1 import program_service_pb2 as pb
from albertplus.catalog.v1 import program_service_pb2_grpc

from runtime.db import Database, WriteTx
from services.catalog.commands import programs as commands
from services.catalog.handlers.requests import by_canonical_id, next_token, part
from services.catalog.model.batch import Result
from services.catalog.queries import programs as queries
from services.catalog.wire import batch
from services.catalog.wire import programs as wire

Context = grpc.aio.ServicerContext[Any, Any]


class ProgramHandlers(program_service_pb2_grpc.ProgramServiceServicer):
    """Answers what is asked of programs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetProgram(self, request: pb.GetProgramRequest, context: Context) -> pb.GetProgramResponse:
        return pb.GetProgramResponse(program=wire.program(await queries.program_by_id(self._db, request.id)))

    async def ListPrograms(
        self, request: pb.ListProgramsRequest, context: Context
    ) -> pb.ListProgramsResponse:
        wanted, filters = part(request), wire.program_filters(request)
        async with self._db.read() as tx:
            page = await queries.list_programs(tx, filters, request.query, wanted)
        return pb.ListProgramsResponse(
            programs=map(wire.program, page.rows), next_page_token=next_token(request, page)
        )

    async def BatchGetPrograms(
        self, request: pb.BatchGetProgramsRequest, context: Context
    ) -> pb.BatchGetProgramsResponse:
        ids = by_canonical_id(request.ids)
        async with self._db.read() as tx:
            found = await queries.programs_by_id(tx, list(ids))
        return pb.BatchGetProgramsResponse(
            programs=[wire.program(found[each]) for each in ids if each in found],
            missing_ids=[given for each, given in ids.items() if each not in found],
        )

    async def BatchUpsertPrograms(
        self, request: pb.BatchUpsertProgramsRequest, context: Context
    ) -> pb.BatchUpsertProgramsResponse:
        items = [wire.program_item(each) for each in request.programs]

        async def work(tx: WriteTx) -> pb.BatchUpsertProgramsResponse:
            return _answer(await commands.upsert_programs(tx, items))

        if not request.dry_run:
            return await self._db.mutate(request, work)
        async with self._db.read() as tx:
            return _answer(await commands.preview_programs(tx, items))

    async def DeleteProgram(
        self, request: pb.DeleteProgramRequest, context: Context
    ) -> pb.DeleteProgramResponse:
        async def work(tx: WriteTx) -> pb.DeleteProgramResponse:
            await commands.delete_program(tx, request.id)
            return pb.DeleteProgramResponse()

        return await self._db.mutate(request, work)


def _answer(results: Sequence[Result]) -> pb.BatchUpsertProgramsResponse:
    return pb.BatchUpsertProgramsResponse(results=batch.results(results))
