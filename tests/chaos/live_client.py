"""A tab that speaks gRPC, with resume tokens."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from albertplus.planner.v1 import schedule_service_pb2, student_course_service_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.chaos.client import COURSES, SCHEDULE, YEAR, Client, is_new
from tests.chaos.oracle import Write, title, version_of
from tests.gateway.live_client import Ended, LiveStream, Update, watch

_PLANNER = "albertplus.planner.v1"
_COURSE_SERVICE = f"{_PLANNER}.StudentCourseService"
_WATCHED: dict[str, tuple[str, Message, type[Any]]] = {
    COURSES: (
        f"{_COURSE_SERVICE}/ListStudentCourses",
        student_course_service_pb2.ListStudentCoursesRequest(page_size=1000),
        student_course_service_pb2.ListStudentCoursesResponse,
    ),
    SCHEDULE: (
        f"{_PLANNER}.ScheduleService/GetSchedule",
        schedule_service_pb2.GetScheduleRequest(),
        schedule_service_pb2.GetScheduleResponse,
    ),
}
_LOST = (Ended, TimeoutError, asyncio.InvalidStateError, grpc.RpcError)


class LiveClient(Client):
    """A reconnect resumes its queries and sends all unfinished mutations again."""

    def __init__(self, user: str, tab: str, **more: Any) -> None:
        super().__init__(user, tab, **more)
        self._session = ""
        self._tokens: dict[str, str] = {}
        self._stream: LiveStream | None = None
        self._sent: dict[int, tuple[str, Message]] = {}

    async def connected(self) -> None:
        """One stream."""
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{self.port}") as channel:
                stream = LiveStream(channel, (("authorization", f"Bearer {self.token()}"),))
                await self._begin(stream)
                while True:
                    self._take(await stream.update())
        except _LOST:
            self._stream = None

    async def send(self, number: int, write: Write, id_: str) -> None:
        """Sends it now or, without a stream, with the next one."""
        self._sent[number] = _call(write, id_)
        if self._stream is not None:
            try:
                await self._mutate(self._stream, number)
            except _LOST:
                self._stream = None

    async def _begin(self, stream: LiveStream) -> None:
        watched = [
            watch(method, request, query, self._tokens.get(query, ""))
            for query, (method, request, _) in _WATCHED.items()
        ]
        await stream.start(*watched, session_id=self._session)
        self._session, self._stream = stream.session_id, stream
        for number in sorted(self._waiting.keys() & self._sent.keys()):
            await self._mutate(stream, number)

    async def _mutate(self, stream: LiveStream, number: int) -> None:
        method, request = self._sent[number]
        await stream.mutate(str(number), f"{_COURSE_SERVICE}/{method}", request)

    def _take(self, update: Update) -> None:
        for result in update.results:
            self._tokens[result.query_id] = result.resume_token
            if result.HasField("response"):
                response = _WATCHED[result.query_id][2].FromString(result.response)
                self.show(result.query_id, *_rows(response))
            elif result.HasField("error"):
                self.fail(result.query_id)
        for outcome in update.completed:
            number = int(outcome.request_id)
            self._sent.pop(number, None)
            self.complete(number, outcome.error.message if outcome.HasField("error") else "")


def _call(write: Write, id_: str) -> tuple[str, Message]:
    if write.deletes:
        return "DeleteStudentCourse", student_course_service_pb2.DeleteStudentCourseRequest(id=id_)
    if is_new(write, id_):
        new = student_course_service_pb2.CreateStudentCourseRequest()
        new.student_course.course_code = write.row
        new.student_course.title = title(write.row, write.version)
        new.student_course.term.year, new.student_course.term.season = YEAR, "SEASON_FALL"  # type: ignore[assignment]
        return "CreateStudentCourse", new
    mask = FieldMask(paths=["title"])
    update = student_course_service_pb2.UpdateStudentCourseRequest(update_mask=mask)
    update.student_course.id = id_
    update.student_course.title = title(write.row, write.version)
    return "UpdateStudentCourse", update


def _rows(response: Any) -> tuple[dict[str, int], dict[str, str]]:
    """Versions and ids."""
    if isinstance(response, schedule_service_pb2.GetScheduleResponse):
        titles = [entry.offering.title for entry in response.entries if entry.HasField("offering")]
        return {each.rpartition("#")[0]: version_of(each) for each in titles}, {}
    courses = response.student_courses
    versions = {course.course_code: version_of(course.title) for course in courses}
    return versions, {course.course_code: course.id for course in courses}
