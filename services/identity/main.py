"""Identity, put together."""

from __future__ import annotations

import grpc
from albertplus.identity.v1 import invite_service_pb2_grpc, student_service_pb2_grpc, user_service_pb2_grpc

from runtime.db import Database
from runtime.server import Clients, Service
from runtime.settings import ServiceSettings
from services.identity.handlers.invites import InviteHandlers
from services.identity.handlers.students import StudentHandlers
from services.identity.handlers.users import UserHandlers

SETTINGS = ServiceSettings


def register(server: grpc.aio.Server, db: Database, clients: Clients) -> None:
    """Adds identity's handlers. It calls no other service."""
    student_service_pb2_grpc.add_StudentServiceServicer_to_server(StudentHandlers(db), server)
    invite_service_pb2_grpc.add_InviteServiceServicer_to_server(InviteHandlers(db), server)
    user_service_pb2_grpc.add_UserServiceServicer_to_server(UserHandlers(db), server)


SERVICE = Service(
    name="identity",
    rpc_services=(
        "albertplus.identity.v1.StudentService",
        "albertplus.identity.v1.InviteService",
        "albertplus.identity.v1.UserService",
    ),
    register=register,
)
