"""The catalog as the importer uses it: batch upserts, and the few questions it asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any
from uuid import uuid4

import grpc
from albertplus.catalog.v1.app_config_service_pb2 import BatchUpsertAppConfigsRequest
from albertplus.catalog.v1.app_config_service_pb2_grpc import AppConfigServiceStub
from albertplus.catalog.v1.course_pb2 import Course
from albertplus.catalog.v1.course_service_pb2 import BatchGetCoursesRequest, BatchUpsertCoursesRequest
from albertplus.catalog.v1.course_service_pb2_grpc import CourseServiceStub
from albertplus.catalog.v1.offering_service_pb2 import (
    BatchUpsertOfferingsRequest,
    ListOfferingsRequest,
    RemoveMissingOfferingsRequest,
)
from albertplus.catalog.v1.offering_service_pb2_grpc import OfferingServiceStub
from albertplus.catalog.v1.program_pb2 import Program
from albertplus.catalog.v1.program_service_pb2 import BatchUpsertProgramsRequest, ListProgramsRequest
from albertplus.catalog.v1.program_service_pb2_grpc import ProgramServiceStub
from albertplus.catalog.v1.school_service_pb2 import BatchUpsertSchoolsRequest
from albertplus.catalog.v1.school_service_pb2_grpc import SchoolServiceStub
from albertplus.catalog.v1.term_pb2 import Term
from albertplus.catalog.v1.upsert_pb2 import UpsertResult
from google.protobuf.message import Message

from cli.importing.calls import Metadata, Refused, call, stopped
from cli.importing.kinds import Kind

PAGE = 1000
_CODES_AT_ONCE = 250  # a course is about a kilobyte, and answers should stay small


class Catalog:
    """The catalog's services behind a gateway, called with an administrator's token.

    `metadata` gives that of the next call: a long import outlives a token."""

    def __init__(self, channel: grpc.aio.Channel, metadata: Callable[[], Metadata]) -> None:
        self._metadata = metadata
        self._courses, self._offerings = CourseServiceStub(channel), OfferingServiceStub(channel)
        self._programs = ProgramServiceStub(channel)
        schools, configs = SchoolServiceStub(channel), AppConfigServiceStub(channel)
        self._upserts: dict[Kind, tuple[Any, type[Any], str]] = {
            Kind.SCHOOLS: (schools.BatchUpsertSchools, BatchUpsertSchoolsRequest, "schools"),
            Kind.COURSES: (self._courses.BatchUpsertCourses, BatchUpsertCoursesRequest, "courses"),
            Kind.PROGRAMS: (self._programs.BatchUpsertPrograms, BatchUpsertProgramsRequest, "programs"),
            Kind.OFFERINGS: (self._offerings.BatchUpsertOfferings, BatchUpsertOfferingsRequest, "offerings"),
            Kind.APP_CONFIGS: (configs.BatchUpsertAppConfigs, BatchUpsertAppConfigsRequest, "app_configs"),
        }

    async def upsert(self, kind: Kind, messages: Sequence[Message], dry_run: bool) -> Sequence[UpsertResult]:
        """One result for each message. Refused when the batch as a whole is."""
        method, request, field = self._upserts[kind]
        metadata = (*self._metadata(), ("idempotency-key", f"import-{uuid4()}"))
        response = await call(method, request(**{field: messages, "dry_run": dry_run}), metadata)
        results: Sequence[UpsertResult] = response.results
        return results

    async def courses(self, codes: Iterable[str]) -> AsyncIterator[tuple[Sequence[Course], Sequence[str]]]:
        """The courses with these codes, some at a time, and the codes that no course has."""
        rest = iter(codes)
        while some := list(islice(rest, _CODES_AT_ONCE)):
            response = await self._ask(self._courses.BatchGetCourses, BatchGetCoursesRequest(codes=some))
            yield response.courses, response.missing_codes

    async def programs(self) -> AsyncIterator[Program]:
        """All programs."""
        request = ListProgramsRequest(page_size=PAGE)
        while True:
            response = await self._ask(self._programs.ListPrograms, request)
            for program in response.programs:
                yield program
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    async def class_numbers(self, term: Term, school: str) -> set[int]:
        """The class numbers of a school's sections in a term."""
        request, found = ListOfferingsRequest(term=term, schools=[school], page_size=PAGE), set[int]()
        while True:
            response = await self._ask(self._offerings.ListOfferings, request)
            found.update(offering.class_number for offering in response.offerings)
            if not response.next_page_token:
                return found
            request.page_token = response.next_page_token

    async def remove_missing(self, term: Term, school: str, kept: Collection[int], most: float | None) -> int:
        """Removes the sections of a term and school that are not in `kept`; how many went."""
        request = RemoveMissingOfferingsRequest(
            term=term, school=school, class_numbers=sorted(kept), max_removed_fraction=most
        )
        response = await self._ask(self._offerings.RemoveMissingOfferings, request, f"import-{uuid4()}")
        removed: int = response.removed
        return removed

    async def _ask(self, method: Any, request: Message, key: str = "") -> Any:
        """A call whose refusal ends the run."""
        metadata = (*self._metadata(), ("idempotency-key", key)) if key else self._metadata()
        try:
            return await call(method, request, metadata)
        except Refused as refused:
            raise stopped(refused.code, refused.status) from refused


@asynccontextmanager
async def connect(address: str, metadata: Callable[[], Metadata]) -> AsyncIterator[Catalog]:
    """A catalog behind the gateway at `address`."""
    options = [("grpc.max_receive_message_length", 64 << 20)]
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        yield Catalog(channel, metadata)
