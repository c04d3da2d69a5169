"""What the planner asks the catalog: many things with one question, never one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import grpc
from albertplus.catalog.v1 import (
    course_pb2,
    course_service_pb2,
    course_service_pb2_grpc,
    offering_pb2,
    offering_service_pb2,
    offering_service_pb2_grpc,
)

from runtime.refusal import Unavailable
from services.planner import wire
from services.planner.model import SectionKey

_MOST_AT_ONCE = 1000
_OUT_OF_REACH = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


class Catalog:
    """The catalog service. Every question raises Unavailable when there is no answer."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._courses = course_service_pb2_grpc.CourseServiceStub(channel)
        self._offerings = offering_service_pb2_grpc.OfferingServiceStub(channel)

    async def offerings(self, keys: Iterable[SectionKey]) -> dict[SectionKey, offering_pb2.Offering]:
        """The sections that exist, by what names them."""
        found = {}
        for some in _batches(sorted(set(keys))):
            request = offering_service_pb2.BatchGetOfferingsRequest(
                sections=[wire.section_key_message(key) for key in some]
            )
            with _reachable():
                response = await self._offerings.BatchGetOfferings(request)
            found.update({wire.offering_key(offering): offering for offering in response.offerings})
        return found

    async def resolved(self, class_number: int) -> SectionKey | None:
        """The section that is meant by a class number without a term; None if no term has it."""
        request = offering_service_pb2.BatchGetMeantOfferingsRequest(class_numbers=[class_number])
        with _reachable():
            response = await self._offerings.BatchGetMeantOfferings(request)
        return next(map(wire.offering_key, response.offerings), None)

    async def courses(self, codes: Iterable[str]) -> dict[str, course_pb2.Course]:
        """The courses that exist, by code."""
        found = {}
        for some in _batches(sorted(set(codes))):
            request = course_service_pb2.BatchGetCoursesRequest(codes=some)
            with _reachable():
                response = await self._courses.BatchGetCourses(request)
            found.update({course.code: course for course in response.courses})
        return found


KeyT = TypeVar("KeyT")


def _batches(keys: Sequence[KeyT]) -> list[Sequence[KeyT]]:
    return [keys[start : start + _MOST_AT_ONCE] for start in range(0, len(keys), _MOST_AT_ONCE)]


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() in _OUT_OF_REACH:
            raise Unavailable("catalog") from error
        raise
