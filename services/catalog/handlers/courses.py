"""CourseService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.catalog.v1 import course_service_pb2 as pb
from albertplus.catalog.v1 import course_service_pb2_grpc

from runtime.db import Database, WriteTx
from services.catalog.commands import courses as commands
from services.catalog.handlers.requests import by_canonical_id, next_token, part
from services.catalog.model.batch import Result
from services.catalog.queries import courses as queries
from services.catalog.wire import batch
from services.catalog.wire import courses as wire

Context = grpc.aio.ServicerContext[Any, Any]


class CourseHandlers(course_service_pb2_grpc.CourseServiceServicer):
    """Answers what is asked of courses."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetCourse(self, request: pb.GetCourseRequest, context: Context) -> pb.GetCourseResponse:
        if request.WhichOneof("key") == "id":
            row = await queries.course_by_id(self._db, request.id)
        else:
            row = await queries.course_by_code(self._db, request.code)
        return pb.GetCourseResponse(course=wire.course(row))

    async def ListCourses(self, request: pb.ListCoursesRequest, context: Context) -> pb.ListCoursesResponse:
        wanted, filters = part(request), wire.filters(request)
        async with self._db.read() as tx:
            page = await queries.list_courses(tx, filters, request.query, wanted)
        return pb.ListCoursesResponse(
            courses=map(wire.course, page.rows), next_page_token=next_token(request, page)
        )

    async def BatchGetCourses(
        self, request: pb.BatchGetCoursesRequest, context: Context
    ) -> pb.BatchGetCoursesResponse:
        ids = by_canonical_id(request.ids)
        codes = {code: queries.comparable(code) for code in request.codes}
        async with self._db.read() as tx:
            by_id = await queries.courses_by_id(tx, list(ids))
            by_code = await queries.courses_by_code(tx, list(dict.fromkeys(codes.values())))
        found = [by_id[each] for each in ids if each in by_id]
        found += [by_code[code] for code in codes.values() if code in by_code]
        unique = {row.id: row for row in found}
        return pb.BatchGetCoursesResponse(
            courses=map(wire.course, unique.values()),
            missing_ids=[given for each, given in ids.items() if each not in by_id],
            missing_codes=[given for given, code in codes.items() if code not in by_code],
        )

    async def BatchUpsertCourses(
        self, request: pb.BatchUpsertCoursesRequest, context: Context
    ) -> pb.BatchUpsertCoursesResponse:
        items = [wire.item(each) for each in request.courses]

        async def work(tx: WriteTx) -> pb.BatchUpsertCoursesResponse:
            return _answer(await commands.upsert_courses(tx, items))

        if not request.dry_run:
            return await self._db.mutate(request, work)
        async with self._db.read() as tx:
            return _answer(await commands.preview_courses(tx, items))

    async def DeleteCourse(
        self, request: pb.DeleteCourseRequest, context: Context
    ) -> pb.DeleteCourseResponse:
        async def work(tx: WriteTx) -> pb.DeleteCourseResponse:
            await commands.delete_course(tx, request.id)
            return pb.DeleteCourseResponse()

        return await self._db.mutate(request, work)


def _answer(results: Sequence[Result]) -> pb.BatchUpsertCoursesResponse:
    return pb.BatchUpsertCoursesResponse(results=batch.results(results))
