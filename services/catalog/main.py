"""Catalog, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.catalog.v1 import (
    app_config_service_pb2_grpc,
    course_service_pb2_grpc,
    offering_service_pb2_grpc,
    program_service_pb2_grpc,
    school_service_pb2_grpc,
)

from runtime.bus import Bus
from runtime.db import Database
from runtime.erasure import erasing
from runtime.server import Background, Clients, Service
from services.catalog.handlers.app_configs import AppConfigHandlers
from services.catalog.handlers.courses import CourseHandlers
from services.catalog.handlers.offerings import OfferingHandlers
from services.catalog.handlers.programs import ProgramHandlers
from services.catalog.handlers.schools import SchoolHandlers
from services.catalog.tables import metadata


def register(server: grpc.aio.Server, db: Database, clients: Clients, settings: Any) -> None:
    """Adds catalog's handlers. It calls no other service."""
    course_service_pb2_grpc.add_CourseServiceServicer_to_server(CourseHandlers(db), server)
    offering_service_pb2_grpc.add_OfferingServiceServicer_to_server(OfferingHandlers(db), server)
    program_service_pb2_grpc.add_ProgramServiceServicer_to_server(ProgramHandlers(db), server)
    school_service_pb2_grpc.add_SchoolServiceServicer_to_server(SchoolHandlers(db), server)
    app_config_service_pb2_grpc.add_AppConfigServiceServicer_to_server(AppConfigHandlers(db), server)


def background(db: Database, bus: Bus, settings: Any) -> Sequence[Background]:
    """It forgets users whose account is gone."""
    return (erasing(db, bus, metadata),)


SERVICE = Service(
    name="catalog",
    rpc_services=(
        "albertplus.catalog.v1.CourseService",
        "albertplus.catalog.v1.OfferingService",
        "albertplus.catalog.v1.ProgramService",
        "albertplus.catalog.v1.SchoolService",
        "albertplus.catalog.v1.AppConfigService",
    ),
    register=register,
    background=background,
)
