"""StudentCourseService: a student's plan and history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import grpc
from albertplus.catalog.v1 import course_pb2
from albertplus.planner.v1 import student_course_pb2, student_course_service_pb2_grpc
from albertplus.planner.v1 import student_course_service_pb2 as pb
from google.protobuf.message import Message

from runtime.context import current_call
from runtime.db import Database, WriteTx
from runtime.ids import new_id
from runtime.paging import PageToken, filters_hash
from services.planner import queries, wire
from services.planner.catalog import Catalog
from services.planner.commands import student_courses
from services.planner.fetched import Fetched
from services.planner.handlers.starting_over import with_fetched
from services.planner.handlers.turns import Turns
from services.planner.model import StudentCourse

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Courses: TypeAlias = Fetched[str, course_pb2.Course]
ResponseT = TypeVar("ResponseT", bound=Message)

_LIST = "albertplus.planner.v1.StudentCourseService/ListStudentCourses"
_PAGE_SIZE = 1000


class StudentCourseHandlers(student_course_service_pb2_grpc.StudentCourseServiceServicer):
    """Answers for the courses of whoever calls."""

    def __init__(self, db: Database, catalog: Catalog, turns: Turns) -> None:
        self._db = db
        self._catalog = catalog
        self._turns = turns

    async def ListStudentCourses(
        self, request: pb.ListStudentCoursesRequest, context: Context
    ) -> pb.ListStudentCoursesResponse:
        """A page of courses. Refuses with InvalidPageToken."""
        filters, size = filters_hash(request), request.page_size or _PAGE_SIZE
        token = PageToken.decode(request.page_token, _LIST, filters)
        after = None if token is None else queries.position_in(token)
        term = wire.term_from(request.term) if request.HasField("term") else None
        student = current_call().principal.subject
        rows = await queries.page_of_courses(self._db, student, term, after, size + 1)
        page = rows[:size]
        found = await self._catalog.courses(row.course_code for row in page)
        more = len(rows) > size
        return pb.ListStudentCoursesResponse(
            student_courses=[wire.course_message(row, found.get(row.course_code)) for row in page],
            next_page_token=_token(page[-1], filters) if more else "",
        )

    async def CreateStudentCourse(
        self, request: pb.CreateStudentCourseRequest, context: Context
    ) -> pb.CreateStudentCourseResponse:
        """Adds a course; refusals as `commands.student_courses.create_course`."""
        new = wire.course_from(request.student_course, new_id(), "student_course")

        async def work(tx: WriteTx, student: str, courses: Courses) -> pb.CreateStudentCourseResponse:
            course = await student_courses.create_course(tx, student, new)
            return pb.CreateStudentCourseResponse(student_course=_message(course, courses))

        return await self._mutate(request, work)

    async def UpdateStudentCourse(
        self, request: pb.UpdateStudentCourseRequest, context: Context
    ) -> pb.UpdateStudentCourseResponse:
        """Changes what the mask names; refusals as `commands.student_courses.update_course`."""
        course_id = wire.id_from(request.student_course.id)
        changes = wire.course_changes(request.student_course, request.update_mask.paths)

        async def work(tx: WriteTx, student: str, courses: Courses) -> pb.UpdateStudentCourseResponse:
            course = await student_courses.update_course(tx, student, course_id, changes)
            return pb.UpdateStudentCourseResponse(student_course=_message(course, courses))

        return await self._mutate(request, work)

    async def DeleteStudentCourse(
        self, request: pb.DeleteStudentCourseRequest, context: Context
    ) -> pb.DeleteStudentCourseResponse:
        """Deletes a course. Refuses with StudentCourseNotFound."""
        course_id = wire.id_from(request.id)

        async def work(tx: WriteTx, student: str, courses: Courses) -> pb.DeleteStudentCourseResponse:
            await student_courses.delete_course(tx, student, course_id)
            return pb.DeleteStudentCourseResponse()

        return await self._mutate(request, work)

    async def ImportStudentCourses(
        self, request: pb.ImportStudentCoursesRequest, context: Context
    ) -> pb.ImportStudentCoursesResponse:
        """Takes over a history; refusals as `commands.student_courses.import_courses`."""
        # Rows of one transaction share their time of creation, so it is the ids that keep their order.
        ids = sorted(new_id() for _ in request.courses)
        items = [
            wire.course_from(message, item_id, f"courses[{index}]")
            for index, (message, item_id) in enumerate(zip(request.courses, ids, strict=True))
        ]

        async def work(tx: WriteTx, student: str, courses: Courses) -> pb.ImportStudentCoursesResponse:
            plan = await student_courses.import_courses(tx, student, items)
            return pb.ImportStudentCoursesResponse(
                inserted=len(plan.inserted),
                updated=plan.updated,
                duplicates=plan.duplicates,
                ids=plan.ids,
            )

        return await self._mutate(request, work)

    async def _mutate(
        self, request: Message, work: Callable[[WriteTx, str, Courses], Awaitable[ResponseT]]
    ) -> ResponseT:
        student = current_call().principal.subject

        async def attempt(courses: Courses) -> ResponseT:
            return await self._db.mutate(request, lambda tx: work(tx, student, courses))

        async with self._turns.of(student):
            return await with_fetched(self._catalog.courses, attempt)


def _message(course: StudentCourse, courses: Courses) -> student_course_pb2.StudentCourse:
    return wire.course_message(course, courses.get(course.course_code))


def _token(last: StudentCourse, filters: str) -> str:
    return PageToken.encode(_LIST, filters, list(queries.position_of(last)))
