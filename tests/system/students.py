"""Students of a system under faults: each watches at one gateway or another and changes what is theirs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable

import grpc
from albertplus.catalog.v1 import term_pb2
from albertplus.planner.v1 import (
    schedule_service_pb2,
    student_course_service_pb2,
    student_course_service_pb2_grpc,
)
from google.protobuf.message import Message
from google.rpc import status_pb2

from runtime.status import CODES
from tests.gateway.live_client import Ended, LiveStream, Update, watch

FALL = term_pb2.Term(year=2030, season="SEASON_FALL")
PLANNER = "albertplus.planner.v1"
LIST_COURSES = f"{PLANNER}.StudentCourseService/ListStudentCourses"
CREATE_COURSE = f"{PLANNER}.StudentCourseService/CreateStudentCourse"
GET_SCHEDULE = f"{PLANNER}.ScheduleService/GetSchedule"
AGAIN = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
}
"""What a client may meet while processes die, and answers by trying again."""

Metadata = tuple[tuple[str, str], ...]
Courses = student_course_service_pb2.ListStudentCoursesResponse
Schedule = schedule_service_pb2.GetScheduleResponse
QUERIES: dict[str, tuple[str, Message, type[Message]]] = {
    "courses": (LIST_COURSES, student_course_service_pb2.ListStudentCoursesRequest(), Courses),
    "schedule": (GET_SCHEDULE, schedule_service_pb2.GetScheduleRequest(), Schedule),
}


class Student:
    """Watches plan and schedule, by another gateway when a stream is lost, and checks what is shown."""

    def __init__(self, name: str, gateways: list[str], sign_in: Callable[[], Metadata]) -> None:
        self.name = name
        self.created: list[str] = []
        """The codes of the courses whose creation was acknowledged, in order."""
        self.views: dict[str, Message] = {}
        self.failing: set[str] = set()
        """Queries in whose place an error stands for now."""
        self.wrong: list[str] = []
        """What should not have been seen."""
        self._gateways = itertools.cycle(gateways)
        self._sign_in = sign_in
        self._tokens: dict[str, str] = {}
        self._session = ""
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._stream: LiveStream | None = None
        self.changed = asyncio.Event()

    async def follow(self) -> None:
        """Watches until cancelled, over any number of streams."""
        while True:
            with contextlib.suppress(Ended, TimeoutError, asyncio.InvalidStateError, grpc.RpcError):
                async with self._connected() as stream:
                    while True:
                        self._see(await stream.update())
            self._stream = None
            await asyncio.sleep(0.05)

    async def create_live(self, number: int) -> None:
        """Creates a course through the live stream; returns when it is done and shown."""
        code, name = f"{self.name} {number}", f"r{number}"
        self._waiting[code] = asyncio.get_running_loop().create_future()
        while not self._waiting[code].done():
            with contextlib.suppress(asyncio.InvalidStateError, grpc.RpcError):
                if self._stream is not None:
                    await self._stream.mutate(name, CREATE_COURSE, self._new(code))
            sent_on = self._stream
            while self._stream is sent_on and not self._waiting[code].done():
                await asyncio.wait([self._waiting[code]], timeout=0.05)
        self.created.append(code)

    async def create(self, number: int) -> None:
        """Creates a course by plain calls, repeated under one idempotency key until one is answered."""
        code = f"{self.name} {number}"
        for gateway in self._gateways:
            with contextlib.suppress(TimeoutError):
                if await self._called(gateway, code):
                    self.created.append(code)
                    return
            await asyncio.sleep(0.05)

    async def _called(self, gateway: str, code: str) -> bool:
        async with grpc.aio.insecure_channel(gateway) as channel:
            stub = student_course_service_pb2_grpc.StudentCourseServiceStub(channel)
            metadata = (*self._sign_in(), ("idempotency-key", f"key of {code}"))
            try:
                await stub.CreateStudentCourse(self._new(code), metadata=metadata, timeout=5)
            except grpc.aio.AioRpcError as error:
                if error.code() not in AGAIN:
                    self.wrong.append(f"{code}: {error.code().name} {error.details()}")
                return error.code() not in AGAIN
            return True

    def _new(self, code: str) -> student_course_service_pb2.CreateStudentCourseRequest:
        request = student_course_service_pb2.CreateStudentCourseRequest()
        request.student_course.course_code = request.student_course.title = code
        request.student_course.term.CopyFrom(FALL)
        return request

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[LiveStream]:
        async with grpc.aio.insecure_channel(next(self._gateways)) as channel:
            stream = LiveStream(channel, self._sign_in())
            watched = [
                watch(method, request, query, self._tokens.get(query, ""))
                for query, (method, request, _) in QUERIES.items()
            ]
            await stream.start(*watched, session_id=self._session)
            self._session, self._stream = stream.session_id, stream
            yield stream

    def _see(self, update: Update) -> None:
        for result in update.results:
            self._tokens[result.query_id] = result.resume_token
            if result.HasField("response"):
                self._show(result.query_id, QUERIES[result.query_id][2].FromString(result.response))
            elif result.HasField("error"):
                self._fail(result.query_id, result.error)
        for outcome in update.completed:
            self._complete(f"{self.name} {outcome.request_id.removeprefix('r')}", outcome.error.message)
        self.changed.set()

    def _show(self, query: str, view: Message) -> None:
        before = self.views.get(query)
        self.views[query] = view
        self.failing.discard(query)
        if isinstance(view, Courses):
            lost = codes(before) - codes(view)
            strange = [code for code in codes(view) if not code.startswith(f"{self.name} ")]
            self.wrong += [f"{self.name} was shown {what}" for what in (lost, strange) if what]
        elif isinstance(before, Schedule) and isinstance(view, Schedule) and seats(before) > seats(view):
            self.wrong.append(f"{self.name}'s schedule went back from {seats(before)} to {seats(view)}")

    def _fail(self, query: str, error: status_pb2.Status) -> None:
        self.failing.add(query)
        if CODES[error.code] not in AGAIN:
            self.wrong.append(f"{query}: {error}")

    def _complete(self, code: str, error: str) -> None:
        if error:
            self.wrong.append(f"{code}: {error}")
        elif code not in codes(self.views.get("courses")) and "courses" not in self.failing:
            self.wrong.append(f"{code} was done but not shown")
        if code in self._waiting and not self._waiting[code].done():
            self._waiting[code].set_result(None)


def codes(view: Message | None) -> set[str]:
    """The courses a view shows."""
    return {course.course_code for course in view.student_courses} if isinstance(view, Courses) else set()


def seats(view: Schedule) -> int:
    """The number a view shows of what the test counts up; -1 when nothing is scheduled."""
    return max((entry.offering.seats_available for entry in view.entries), default=-1)
