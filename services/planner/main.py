"""The planner: a student's courses and schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.planner.v1 import (
    schedule_service_pb2,
    schedule_service_pb2_grpc,
    student_course_service_pb2,
    student_course_service_pb2_grpc,
)

from runtime.bus import Bus
from runtime.db import Database
from runtime.erasure import erasing
from runtime.server import Background, Clients, Service
from services.planner.catalog import Catalog
from services.planner.handlers.schedule import ScheduleHandlers
from services.planner.handlers.student_courses import StudentCourseHandlers
from services.planner.handlers.turns import Turns
from services.planner.settings import PlannerSettings
from services.planner.tables import metadata


def register(server: grpc.aio.Server, db: Database, clients: Clients, settings: Any) -> None:
    """Adds the planner's handlers to `server`."""
    catalog, turns = Catalog(clients.channel("catalog")), Turns()
    schedule_service_pb2_grpc.add_ScheduleServiceServicer_to_server(
        ScheduleHandlers(db, catalog, turns), server
    )
    student_course_service_pb2_grpc.add_StudentCourseServiceServicer_to_server(
        StudentCourseHandlers(db, catalog, turns), server
    )


def background(db: Database, bus: Bus, settings: Any) -> Sequence[Background]:
    """It forgets users whose account is gone."""
    return (erasing(db, bus, metadata),)


SERVICE = Service(
    name="planner",
    rpc_services=tuple(
        service.full_name
        for module in (schedule_service_pb2, student_course_service_pb2)
        for service in module.DESCRIPTOR.services_by_name.values()
    ),
    register=register,
    background=background,
    calls=("catalog",),
    settings=PlannerSettings,
)
