"""Sections to put into schedules, and the calls that change them."""

from __future__ import annotations

from albertplus.catalog.v1 import (
    offering_input_pb2,
    offering_pb2,
    offering_service_pb2,
    offering_service_pb2_grpc,
    term_pb2,
)
from albertplus.planner.v1 import schedule_service_pb2, schedule_service_pb2_grpc

from tests.gateway.rig import Rig

FALL = term_pb2.Term(year=2026, season=term_pb2.SEASON_FALL)
OPEN = offering_pb2.OFFERING_STATUS_OPEN
CLOSED = offering_pb2.OFFERING_STATUS_CLOSED
GET_OFFERING = "albertplus.catalog.v1.OfferingService/GetOffering"
BATCH_GET_OFFERINGS = "albertplus.catalog.v1.OfferingService/BatchGetOfferings"
LIST_OFFERINGS = "albertplus.catalog.v1.OfferingService/ListOfferings"
UPSERT_OFFERINGS = "albertplus.catalog.v1.OfferingService/BatchUpsertOfferings"
GET_SCHEDULE = "albertplus.planner.v1.ScheduleService/GetSchedule"
ADD_OFFERING = "albertplus.planner.v1.ScheduleService/AddOffering"


def key(class_number: int) -> offering_pb2.SectionKey:
    """How a section is identified."""
    return offering_pb2.SectionKey(term=FALL, class_number=class_number)


def get_offering(class_number: int) -> offering_service_pb2.GetOfferingRequest:
    """Asks for a section."""
    return offering_service_pb2.GetOfferingRequest(section=key(class_number))


def get_schedule() -> schedule_service_pb2.GetScheduleRequest:
    """Asks for the caller's schedule."""
    return schedule_service_pb2.GetScheduleRequest()


def add(class_number: int) -> schedule_service_pb2.AddOfferingRequest:
    """Puts a section into the caller's schedule."""
    return schedule_service_pb2.AddOfferingRequest(section=key(class_number))


def upsert(
    *class_numbers: int, status: offering_pb2.OfferingStatus = OPEN, description: str = ""
) -> offering_service_pb2.BatchUpsertOfferingsRequest:
    """Sections without meetings, so that they never conflict."""
    return offering_service_pb2.BatchUpsertOfferingsRequest(
        offerings=[
            offering_input_pb2.OfferingInput(
                course_code="CSCI-UA 101",
                class_number=number,
                term=FALL,
                section="001",
                title="Intro",
                description=description,
                level="undergraduate",
                school="College",
                status=status,
            )
            for number in class_numbers
        ]
    )


async def load(rig: Rig, *class_numbers: int, gateway: int = 0, **fields: object) -> None:
    """An administrator writes these sections."""
    stub = offering_service_pb2_grpc.OfferingServiceStub(rig.channel(gateway))
    request = upsert(*class_numbers, **fields)  # type: ignore[arg-type]
    await stub.BatchUpsertOfferings(request, metadata=rig.signed_in("ada", admin=True), timeout=20)


async def take(rig: Rig, user: str, class_number: int) -> None:
    """A student puts a section into the schedule."""
    stub = schedule_service_pb2_grpc.ScheduleServiceStub(rig.channel())
    await stub.AddOffering(add(class_number), metadata=rig.signed_in(user), timeout=20)


def statuses(response: bytes) -> dict[int, str]:
    """The status of each section of a schedule."""
    found = schedule_service_pb2.GetScheduleResponse.FromString(response)
    return {
        entry.class_number: offering_pb2.OfferingStatus.Name(entry.offering.status) for entry in found.entries
    }
