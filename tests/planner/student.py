"""A student as the gateway speaks for them: short calls of the planner's RPCs, and what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
from albertplus.catalog.v1 import offering_pb2, term_pb2
from albertplus.planner.v1 import (
    schedule_pb2,
    schedule_service_pb2_grpc,
    student_course_pb2,
    student_course_service_pb2_grpc,
)
from albertplus.planner.v1 import schedule_service_pb2 as schedule
from albertplus.planner.v1 import student_course_service_pb2 as courses
from google.rpc import status_pb2

from runtime.auth import PRINCIPAL_KEY, Kind, Principal, Signer
from runtime.interceptors import IDEMPOTENCY_KEY
from runtime.status import DETAILS_KEY, error_info
from tests.planner.fake_catalog import FALL

ResultT = TypeVar("ResultT")


@dataclass
class Refused:
    """What a refusal said."""

    code: grpc.StatusCode
    reason: str
    metadata: dict[str, str]
    message: str
    status: status_pb2.Status

    def detail(self, kind: type[Any]) -> Any:
        """The typed detail of this kind."""
        found = kind()
        assert any(each.Unpack(found) for each in self.status.details), self.status
        return found


async def refused(call: Awaitable[object]) -> Refused:
    """The refusal of a call that must be refused."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        packed = dict(error.trailing_metadata() or ())[DETAILS_KEY]
        status = status_pb2.Status.FromString(packed)
        info = error_info(status)
        assert info is not None
        return Refused(error.code(), info.reason, dict(info.metadata), status.message, status)
    raise AssertionError(f"it was not refused: {answer}")


async def outcomes(*calls: Awaitable[ResultT]) -> tuple[list[ResultT], list[Refused]]:
    """Makes calls at the same time; those that were answered, and the refusals of the others."""
    found = await asyncio.gather(*calls, return_exceptions=True)
    answers = [each for each in found if not isinstance(each, BaseException)]
    errors = [each for each in found if isinstance(each, BaseException)]
    return answers, [await refused(_raise(error)) for error in errors]


async def _raise(error: BaseException) -> None:
    raise error


class Student:
    """One student's calls."""

    def __init__(self, channel: grpc.aio.Channel, signer: Signer, subject: str) -> None:
        assertion = signer.assertion(Principal(subject, Kind.USER), "planner")
        self.metadata: tuple[tuple[str, str], ...] = ((PRINCIPAL_KEY, assertion),)
        self.schedule = schedule_service_pb2_grpc.ScheduleServiceStub(channel)
        self.courses = student_course_service_pb2_grpc.StudentCourseServiceStub(channel)

    async def add(
        self,
        number: int,
        alternative_of: str | None = None,
        force: bool = False,
        term: term_pb2.Term = FALL,
        key: str | None = None,
    ) -> str:
        """Adds a section; returns the entry's id. `key` makes the call idempotent."""
        section = offering_pb2.SectionKey(term=term, class_number=number)
        request = schedule.AddOfferingRequest(section=section, alternative_of=alternative_of, force=force)
        metadata = (*self.metadata, (IDEMPOTENCY_KEY, key)) if key else self.metadata
        return (await self.schedule.AddOffering(request, metadata=metadata)).entry.id

    async def update(
        self, entry_id: str, *paths: str, force: bool = False, **values: Any
    ) -> schedule_pb2.ScheduleEntry:
        """Changes the fields `values` and those named in `paths`, which are thereby cleared."""
        request = schedule.UpdateEntryRequest(
            entry=schedule_pb2.ScheduleEntry(id=entry_id, **values),
            update_mask={"paths": [*paths, *values]},
            force=force,
        )
        return (await self.schedule.UpdateEntry(request, metadata=self.metadata)).entry

    async def remove(self, entry_id: str) -> str:
        """Removes an entry; returns the id of the one that took its place."""
        request = schedule.RemoveEntryRequest(id=entry_id)
        return (await self.schedule.RemoveEntry(request, metadata=self.metadata)).promoted_id

    async def swap(self, alternative_id: str, force: bool = False) -> schedule_pb2.ScheduleEntry:
        """Swaps an alternative with its main."""
        request = schedule.SwapWithAlternativeRequest(alternative_id=alternative_id, force=force)
        return (await self.schedule.SwapWithAlternative(request, metadata=self.metadata)).entry

    async def entries(self, term: term_pb2.Term | None = None) -> list[schedule_pb2.ScheduleEntry]:
        """The schedule."""
        request = schedule.GetScheduleRequest(term=term)
        return list((await self.schedule.GetSchedule(request, metadata=self.metadata)).entries)

    async def links(self) -> dict[int, int | None]:
        """Class numbers in the schedule, each with that of its main."""
        rows = await self.entries()
        numbers = {row.id: row.class_number for row in rows}
        return {row.class_number: numbers.get(row.alternative_of) for row in rows}

    async def alternatives(self, entry_id: str) -> list[int]:
        """The class numbers of an entry's alternatives."""
        request = schedule.ListAlternativesRequest(entry_id=entry_id)
        answer = await self.schedule.ListAlternatives(request, metadata=self.metadata)
        return [row.class_number for row in answer.entries]

    async def plan(self, code: str, **values: Any) -> student_course_pb2.StudentCourse:
        """Adds a course."""
        course = planned(code, **values)
        request = courses.CreateStudentCourseRequest(student_course=course)
        answer = await self.courses.CreateStudentCourse(request, metadata=self.metadata)
        return answer.student_course

    async def replan(self, course_id: str, *paths: str, **values: Any) -> student_course_pb2.StudentCourse:
        """Changes the fields `values` of a course and those named in `paths`, which are thereby cleared."""
        request = courses.UpdateStudentCourseRequest(
            student_course=student_course_pb2.StudentCourse(id=course_id, **values),
            update_mask={"paths": [*paths, *values]},
        )
        answer = await self.courses.UpdateStudentCourse(request, metadata=self.metadata)
        return answer.student_course

    async def forget(self, course_id: str) -> None:
        """Deletes a course."""
        request = courses.DeleteStudentCourseRequest(id=course_id)
        await self.courses.DeleteStudentCourse(request, metadata=self.metadata)

    async def take_over(
        self, *items: student_course_pb2.StudentCourse
    ) -> courses.ImportStudentCoursesResponse:
        """Imports courses."""
        request = courses.ImportStudentCoursesRequest(courses=items)
        return await self.courses.ImportStudentCourses(request, metadata=self.metadata)

    async def page(self, **values: Any) -> courses.ListStudentCoursesResponse:
        """A page of the courses."""
        request = courses.ListStudentCoursesRequest(**values)
        return await self.courses.ListStudentCourses(request, metadata=self.metadata)


def planned(code: str, **values: Any) -> student_course_pb2.StudentCourse:
    """A course as a client sends it."""
    values = {"title": "A title", "term": FALL, **values}
    return student_course_pb2.StudentCourse(course_code=code, **values)
