"""Catalog as the tests call it: one line for each thing somebody does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

import psycopg
from albertplus.catalog.v1 import (
    app_config_service_pb2,
    app_config_service_pb2_grpc,
    course_pb2,
    course_service_pb2,
    course_service_pb2_grpc,
    offering_input_pb2,
    offering_pb2,
    offering_service_pb2,
    offering_service_pb2_grpc,
    program_pb2,
    program_service_pb2,
    program_service_pb2_grpc,
    school_service_pb2,
    school_service_pb2_grpc,
    term_pb2,
    upsert_pb2,
)

from tests.support.rpc import Answer, RunningService

FALL = term_pb2.Term(year=2025, season=term_pb2.SEASON_FALL)
SPRING = term_pb2.Term(year=2026, season=term_pb2.SEASON_SPRING)
Outcome = upsert_pb2.UpsertResult.Outcome
NOBODY = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"
"""An id that nothing has."""

_SERVICES = {
    "course": (course_service_pb2, course_service_pb2_grpc.CourseServiceStub),
    "offering": (offering_service_pb2, offering_service_pb2_grpc.OfferingServiceStub),
    "program": (program_service_pb2, program_service_pb2_grpc.ProgramServiceStub),
    "school": (school_service_pb2, school_service_pb2_grpc.SchoolServiceStub),
    "app_config": (app_config_service_pb2, app_config_service_pb2_grpc.AppConfigServiceStub),
}


def course(code: str, title: str = "A course", **values: Any) -> course_pb2.CourseInput:
    """A course as ingestion sends it."""
    common: dict[str, Any] = {
        "subject": code.split()[0] if code.split() else "X",
        "level": "undergraduate",
        "school": "Arts",
        "credits_min": 4,
    }
    return course_pb2.CourseInput(code=code, title=title, **{**common, **values})


def offering(class_number: int, course_code: str = "CSCI-UA 101", **values: Any) -> Any:
    """A section as ingestion sends it."""
    common: dict[str, Any] = {
        "term": FALL,
        "section": "001",
        "level": "undergraduate",
        "school": "Arts",
        "status": offering_pb2.OFFERING_STATUS_OPEN,
    }
    return offering_input_pb2.OfferingInput(
        class_number=class_number, course_code=course_code, **{**common, **values}
    )


def program(name: str, **values: Any) -> program_pb2.ProgramInput:
    """A program as ingestion sends it."""
    return program_pb2.ProgramInput(**{"name": name, "level": "undergraduate", "school": "Arts", **values})


def section(class_number: int, term: term_pb2.Term = FALL) -> offering_pb2.SectionKey:
    """The natural key of a section."""
    return offering_pb2.SectionKey(term=term, class_number=class_number)


class Catalog:
    """The running service; unless said otherwise an administrator calls."""

    def __init__(self, service: RunningService, dsn: str) -> None:
        self.service = service
        self._dsn = dsn
        self._admin = service.user("admin", admin=True)

    async def answer(self, noun: str, method: str, **fields: Any) -> Answer:
        """The answer of a method of a noun's service, with its read and write set. Raises Refused."""
        messages, stub = _SERVICES[noun]
        return await self._admin.answer(stub, method, getattr(messages, f"{method}Request")(**fields))

    async def call(self, noun: str, method: str, **fields: Any) -> Any:
        """The response of a method. Raises Refused."""
        return (await self.answer(noun, method, **fields)).message

    async def put_courses(self, *courses: Any, dry_run: bool = False) -> list[Any]:
        """Upserts courses; the results."""
        answer = await self.call("course", "BatchUpsertCourses", courses=courses, dry_run=dry_run)
        return list(answer.results)

    async def put_offerings(self, *offerings: Any, dry_run: bool = False) -> list[Any]:
        """Upserts sections; the results."""
        answer = await self.call("offering", "BatchUpsertOfferings", offerings=offerings, dry_run=dry_run)
        return list(answer.results)

    async def put_programs(self, *programs: Any) -> list[Any]:
        """Upserts programs; the results."""
        return list((await self.call("program", "BatchUpsertPrograms", programs=programs)).results)

    async def course(self, code: str) -> course_pb2.Course:
        """The course with a code."""
        stored: course_pb2.Course = (await self.call("course", "GetCourse", code=code)).course
        return stored

    async def offering(self, class_number: int, term: term_pb2.Term = FALL) -> offering_pb2.Offering:
        """The section with a class number."""
        answer = await self.call("offering", "GetOffering", section=section(class_number, term))
        stored: offering_pb2.Offering = answer.offering
        return stored

    async def find_courses(self, query: str, **filters: Any) -> list[str]:
        """The codes of the courses a query finds, best first."""
        answer = await self.call("course", "ListCourses", query=query, **filters)
        return [each.code for each in answer.courses]

    async def find_offerings(self, query: str = "", **filters: Any) -> list[int]:
        """The class numbers of the fall's sections a query finds, best first."""
        answer = await self.call("offering", "ListOfferings", query=query, **{"term": FALL, **filters})
        return [each.class_number for each in answer.offerings]

    async def pages(self, noun: str, method: str, **fields: Any) -> AsyncIterator[Any]:
        """Every page of a list, one after the other."""
        token = ""
        while True:
            page = await self.call(noun, method, page_token=token, **fields)
            yield page
            token = page.next_page_token
            if not token:
                return

    def sql(self, statement: str) -> list[Any]:
        """What the database answers, past the service."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


def outcomes(results: Iterable[Any]) -> list[str]:
    """What became of the items of a batch, in words."""
    return [Outcome.Name(each.outcome).removeprefix("OUTCOME_") for each in results]
