"""Identity, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.identity.v1 import (
    account_service_pb2_grpc,
    api_key_service_pb2_grpc,
    erasure_service_pb2_grpc,
    invite_service_pb2_grpc,
    student_service_pb2_grpc,
    user_service_pb2_grpc,
)

from runtime.bus import Bus
from runtime.db import Database
from runtime.erasure import erasing
from runtime.server import Background, Clients, Service
from runtime.subjects import Subjects
from services.identity.handlers.accounts import AccountHandlers
from services.identity.handlers.api_keys import ApiKeyHandlers
from services.identity.handlers.erasures import ErasureHandlers
from services.identity.handlers.forgetting import Reminder, recording
from services.identity.handlers.invites import InviteHandlers
from services.identity.handlers.students import StudentHandlers
from services.identity.handlers.users import UserHandlers
from services.identity.settings import IdentitySettings
from services.identity.tables import metadata

RPC_SERVICES = (
    "albertplus.identity.v1.StudentService",
    "albertplus.identity.v1.InviteService",
    "albertplus.identity.v1.UserService",
    "albertplus.identity.v1.AccountService",
    "albertplus.identity.v1.ErasureService",
    "albertplus.identity.v1.ApiKeyService",
)


def register(server: grpc.aio.Server, db: Database, clients: Clients, settings: Any) -> None:
    """Adds identity's handlers. It calls no other service."""
    subjects = Subjects(settings.issuers)
    student_service_pb2_grpc.add_StudentServiceServicer_to_server(StudentHandlers(db), server)
    invite_service_pb2_grpc.add_InviteServiceServicer_to_server(InviteHandlers(db), server)
    api_key_service_pb2_grpc.add_ApiKeyServiceServicer_to_server(ApiKeyHandlers(db), server)
    user_service_pb2_grpc.add_UserServiceServicer_to_server(UserHandlers(db, subjects), server)
    account_service_pb2_grpc.add_AccountServiceServicer_to_server(AccountHandlers(db, subjects), server)
    erasure_service_pb2_grpc.add_ErasureServiceServicer_to_server(ErasureHandlers(db), server)


def background(db: Database, bus: Bus, settings: Any) -> Sequence[Background]:
    """It forgets users whose account is gone, records who has, and reminds who has not."""
    return (erasing(db, bus, metadata), recording(db, bus), Reminder(db))


SERVICE = Service(
    name="identity",
    rpc_services=RPC_SERVICES,
    register=register,
    background=background,
    settings=IdentitySettings,
)
