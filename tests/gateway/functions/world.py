"""Functions as a door runs them, on real services, and a catalog to ask about."""

from __future__ import annotations

import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any

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
    school_pb2,
    school_service_pb2,
    school_service_pb2_grpc,
    term_pb2,
)

from gateway.claims import Identity
from gateway.convex.values import decode
from gateway.functions.context import Context, FunctionSettings
from gateway.functions.function import Function
from gateway.functions.runner import Failure, Outcome, run_function
from gateway.functions.table import FUNCTIONS
from gateway.live_requests import scope_of
from gateway.methods import public_methods
from gateway.sign_in import principal_of
from gateway.upstream import Upstream
from runtime.auth import Signer
from tests.gateway.rig import Rig

FALL = term_pb2.Term(year=2025, season=term_pb2.SEASON_FALL)
SPRING = term_pb2.Term(year=2026, season=term_pb2.SEASON_SPRING)
IN_FALL = {"term": "fall", "year": 2025.0}
NOBODY = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"
"""An id that nothing has."""
ARTS, LAW = "College of Arts and Science", "School of Law"


def user(subject: str, *, admin: bool = False) -> Identity:
    """A signed-in user."""
    return Identity(subject, "https://issuer.test", subject, admin, 0, 0, 2e9, {"sub": subject})


class World:
    """Runs functions for anybody; `students` are users that nobody else is."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        addresses = {name: (f"127.0.0.1:{service.port}",) for name, service in rig.services.items()}
        self.upstream = Upstream(addresses, Signer.from_file("gateway", rig.keys.private("gateway")))
        self.settings = FunctionSettings()
        self._admin = rig.signed_in("ada", admin=True)
        self._numbers = itertools.count(1)

    def student(self) -> str:
        """A user no other test uses."""
        return f"user_{next(self._numbers)}"

    async def run(
        self,
        name: str,
        args: Any = None,
        *,
        who: str = "",
        admin: bool = False,
        journal: str | None = None,
        key: str = "",
    ) -> Outcome:
        """What came of a function; `who` calls it, nobody if that is empty."""
        context = Context(
            upstream=self.upstream,
            methods=public_methods(),
            identity=user(who, admin=admin) if who else None,
            journal=journal,
            settings=self.settings,
        )
        if key:
            context.idempotency_key = key
        outcome = await run_function(function(name), args or {}, context)
        assert (outcome.value is None) != (outcome.error is None)
        return outcome

    async def value(self, name: str, args: Any = None, **options: Any) -> Any:
        """What a function returns, which is what it says it does; a signed-in user calls it."""
        outcome = await self.run(name, args, **{"who": "somebody", **options})
        assert outcome.error is None, outcome.error
        assert outcome.value is not None
        found = decode(json.loads(outcome.value))
        function(name).returns.check(found)
        return found

    async def failure(self, name: str, args: Any = None, **options: Any) -> Failure:
        """Why a function returns nothing."""
        outcome = await self.run(name, args, **{"who": "somebody", **options})
        assert outcome.error is not None, outcome.value
        return outcome.error

    async def data(self, name: str, args: Any = None, **options: Any) -> Any:
        """The data of the ConvexError that a function ends with."""
        failure = await self.failure(name, args, **options)
        assert failure.data is not None, failure
        return decode(json.loads(failure.data))

    async def put_courses(self, *courses: course_pb2.CourseInput) -> list[str]:
        """Writes courses; their ids."""
        stub = course_service_pb2_grpc.CourseServiceStub(self.rig.channel())
        request = course_service_pb2.BatchUpsertCoursesRequest(courses=courses)
        return _ids(await stub.BatchUpsertCourses(request, metadata=self._admin))

    async def put_offerings(self, *offerings: offering_input_pb2.OfferingInput) -> list[str]:
        """Writes sections; their ids."""
        stub = offering_service_pb2_grpc.OfferingServiceStub(self.rig.channel())
        request = offering_service_pb2.BatchUpsertOfferingsRequest(offerings=offerings)
        return _ids(await stub.BatchUpsertOfferings(request, metadata=self._admin))

    async def drop_offering(self, id_: str) -> None:
        """Deletes a section."""
        stub = offering_service_pb2_grpc.OfferingServiceStub(self.rig.channel())
        await stub.DeleteOffering(offering_service_pb2.DeleteOfferingRequest(id=id_), metadata=self._admin)

    async def put_programs(self, *programs: program_pb2.ProgramInput) -> list[str]:
        """Writes programs; their ids."""
        stub = program_service_pb2_grpc.ProgramServiceStub(self.rig.channel())
        request = program_service_pb2.BatchUpsertProgramsRequest(programs=programs)
        return _ids(await stub.BatchUpsertPrograms(request, metadata=self._admin))

    async def drop_program(self, id_: str) -> None:
        """Deletes a program."""
        stub = program_service_pb2_grpc.ProgramServiceStub(self.rig.channel())
        await stub.DeleteProgram(program_service_pb2.DeleteProgramRequest(id=id_), metadata=self._admin)

    async def put_schools(self, *schools: school_pb2.SchoolInput) -> list[str]:
        """Writes schools; their ids."""
        stub = school_service_pb2_grpc.SchoolServiceStub(self.rig.channel())
        request = school_service_pb2.BatchUpsertSchoolsRequest(schools=schools)
        return _ids(await stub.BatchUpsertSchools(request, metadata=self._admin))

    async def drop_school(self, id_: str) -> None:
        """Deletes a school."""
        stub = school_service_pb2_grpc.SchoolServiceStub(self.rig.channel())
        await stub.DeleteSchool(school_service_pb2.DeleteSchoolRequest(id=id_), metadata=self._admin)

    async def announced_by(self, write: Callable[[World], Awaitable[Any]]) -> set[str]:
        """The dependency keys that a write announces, over all services."""
        for service in self.rig.services.values():
            await service.relay.sequence()
        before = {name: await self.upstream.changes(name, 0, 0, 5) for name in self.rig.services}
        await write(self)
        keys: set[str] = set()
        for name, service in self.rig.services.items():
            await service.relay.sequence()
            found = await self.upstream.changes(name, before[name].epoch, before[name].head, 5)
            keys.update(key for change in found.changes for key in change.keys)
        return keys

    async def configure(self, **settings: str) -> None:
        """Sets settings."""
        stub = app_config_service_pb2_grpc.AppConfigServiceStub(self.rig.channel())
        configs = [{"key": key, "value": value} for key, value in settings.items()]
        request = app_config_service_pb2.BatchUpsertAppConfigsRequest(app_configs=configs)
        await stub.BatchUpsertAppConfigs(request, metadata=self._admin)


def function(name: str) -> Function:
    """The function of a name."""
    found = FUNCTIONS.find(name)
    assert found is not None, name
    return found


def page(size: float = 100, cursor: str | None = None, **more: Any) -> dict[str, Any]:
    """Asks for a page, as the web app does."""
    return {"paginationOpts": {"numItems": float(size), "cursor": cursor, "id": 1.0, **more}}


def course(code: str, title: str = "A course", **values: Any) -> course_pb2.CourseInput:
    """A course as ingestion sends it."""
    common: dict[str, Any] = {"level": "undergraduate", "school": ARTS, "credits_min": 4}
    return course_pb2.CourseInput(code=code, title=title, subject=code.split()[0], **{**common, **values})


def offering(number: int, code: str = "CSCI-UA 101", **values: Any) -> offering_input_pb2.OfferingInput:
    """A section as ingestion sends it."""
    common: dict[str, Any] = {
        "term": FALL,
        "section": "001",
        "level": "undergraduate",
        "school": ARTS,
        "status": offering_pb2.OFFERING_STATUS_OPEN,
    }
    return offering_input_pb2.OfferingInput(class_number=number, course_code=code, **{**common, **values})


def weekly(*days: int, start: int = 600, end: int = 660, **values: Any) -> offering_pb2.Meeting:
    """A meeting every week on days (1 = Monday), at ten for an hour."""
    found = offering_pb2.Meeting(start_minute=start, end_minute=end, **values)
    found.days.extend(offering_pb2.Weekday.Name(day) for day in days)  # type: ignore[misc]
    return found


def program(name: str, **values: Any) -> program_pb2.ProgramInput:
    """A program as ingestion sends it."""
    return program_pb2.ProgramInput(**{"name": name, "level": "undergraduate", "school": ARTS, **values})


def _ids(answer: Any) -> list[str]:
    assert not any(result.violations for result in answer.results), answer
    return [result.id for result in answer.results]


def scope(who: str) -> str:
    """What a user's own results are kept under."""
    return scope_of(principal_of(user(who)))
