"""A catalog of the tests' own: what it holds, and how often it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import grpc
from albertplus.catalog.v1 import (
    course_pb2,
    course_service_pb2,
    course_service_pb2_grpc,
    offering_pb2,
    offering_service_pb2,
    offering_service_pb2_grpc,
    term_pb2,
)

FALL = term_pb2.Term(year=2024, season=term_pb2.SEASON_FALL)
SPRING = term_pb2.Term(year=2025, season=term_pb2.SEASON_SPRING)
NINE, TEN, ELEVEN = 540, 600, 660


class FakeCatalog:
    """Sections by term and class number, courses by code."""

    def __init__(self) -> None:
        self.sections: dict[bytes, offering_pb2.Offering] = {}
        self.courses: dict[str, course_pb2.Course] = {}
        self.questions = 0
        self._server = grpc.aio.server()
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    async def start(self) -> None:
        """Answers from now on."""
        offering_service_pb2_grpc.add_OfferingServiceServicer_to_server(
            _Offerings(self),  # type: ignore[abstract]  # only what the planner calls
            self._server,
        )
        course_service_pb2_grpc.add_CourseServiceServicer_to_server(
            _Courses(self),  # type: ignore[abstract]
            self._server,
        )
        await self._server.start()

    async def stop(self) -> None:
        """Answers nobody any more."""
        await self._server.stop(None)

    def teach(
        self,
        number: int,
        days: Iterable[offering_pb2.Weekday] = (offering_pb2.WEEKDAY_MONDAY,),
        start: int = NINE,
        end: int = TEN,
        term: term_pb2.Term = FALL,
        status: offering_pb2.OfferingStatus = offering_pb2.OFFERING_STATUS_OPEN,
    ) -> int:
        """Holds a section that meets at these times, in place of the one it had; returns its number."""
        meeting = offering_pb2.Meeting(days=days, start_minute=start, end_minute=end)
        offering = offering_pb2.Offering(class_number=number, term=term, meetings=[meeting], status=status)
        self.sections[_key(term, number)] = offering
        return number

    def drop(self, number: int, term: term_pb2.Term = FALL) -> None:
        """Holds the section no more."""
        del self.sections[_key(term, number)]

    def find(self, keys: Iterable[offering_pb2.SectionKey]) -> list[offering_pb2.Offering]:
        """Those it holds."""
        found = (self.sections.get(_key(key.term, key.class_number)) for key in keys)
        return [offering for offering in found if offering]


def _key(term: term_pb2.Term, number: int) -> bytes:
    return offering_pb2.SectionKey(term=term, class_number=number).SerializeToString(deterministic=True)


class _Offerings(offering_service_pb2_grpc.OfferingServiceServicer):
    def __init__(self, catalog: FakeCatalog) -> None:
        self._catalog = catalog

    async def BatchGetOfferings(
        self, request: offering_service_pb2.BatchGetOfferingsRequest, context: Any
    ) -> offering_service_pb2.BatchGetOfferingsResponse:
        self._catalog.questions += 1
        found = self._catalog.find(request.sections)
        return offering_service_pb2.BatchGetOfferingsResponse(offerings=found)


class _Courses(course_service_pb2_grpc.CourseServiceServicer):
    def __init__(self, catalog: FakeCatalog) -> None:
        self._catalog = catalog

    async def BatchGetCourses(
        self, request: course_service_pb2.BatchGetCoursesRequest, context: Any
    ) -> course_service_pb2.BatchGetCoursesResponse:
        self._catalog.questions += 1
        found = (self._catalog.courses.get(code) for code in request.codes)
        return course_service_pb2.BatchGetCoursesResponse(courses=[course for course in found if course])
