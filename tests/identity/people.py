"""Identity as the tests call it: one line for each thing somebody does."""

from __future__ import annotations

from typing import Any

import psycopg
from albertplus.catalog.v1 import term_pb2
from albertplus.identity.v1 import (
    invite_service_pb2,
    invite_service_pb2_grpc,
    student_pb2,
    student_service_pb2,
    student_service_pb2_grpc,
    user_pb2,
    user_service_pb2,
    user_service_pb2_grpc,
)
from google.protobuf.field_mask_pb2 import FieldMask

from tests.support.rpc import Answer, Caller, RunningService

FALL, SPRING = term_pb2.SEASON_FALL, term_pb2.SEASON_SPRING
START = term_pb2.Term(year=2024, season=FALL)
GRADUATION = term_pb2.Term(year=2028, season=SPRING)
MATH = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"
PHYSICS = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f51"
SCHOOL = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f52"
ISSUER = "https://clerk.example"
OTHER_ISSUER = "https://other.example"


class Identity:
    """The running service, and who calls it."""

    def __init__(self, service: RunningService, dsn: str) -> None:
        self.service = service
        self._dsn = dsn

    def student(self, subject: str = "alice") -> Person:
        """Somebody who is signed in."""
        return Person(self.service.user(subject))

    @property
    def provider(self) -> Provider:
        """An administrator, who knows what the sign-in provider says."""
        return Provider(self.service.user("ada", admin=True))

    def sql(self, statement: str) -> list[Any]:
        """What the database answers, past the service."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


class Person:
    """What a signed-in user does."""

    def __init__(self, call: Caller) -> None:
        self.call = call

    async def profile(self) -> student_pb2.Student:
        return (await self.profile_answer()).message.student  # type: ignore[no-any-return]

    async def profile_answer(self) -> Answer:
        request = student_service_pb2.GetCurrentStudentRequest()
        return await self.call.answer(
            student_service_pb2_grpc.StudentServiceStub, "GetCurrentStudent", request
        )

    async def put(self, *, key: str = "", **changes: Any) -> student_pb2.Student:
        return (await self.put_answer(key=key, **changes)).message.student  # type: ignore[no-any-return]

    async def put_answer(self, *, key: str = "", **changes: Any) -> Answer:
        values = {
            "program_ids": [MATH],
            "school_id": SCHOOL,
            "starting_term": START,
            "expected_graduation_term": GRADUATION,
        }
        request = student_service_pb2.UpsertCurrentStudentRequest(**{**values, **changes})
        return await self.call.answer(
            student_service_pb2_grpc.StudentServiceStub, "UpsertCurrentStudent", request, key=key
        )

    async def update(self, *paths: str, **values: Any) -> student_pb2.Student:
        request = student_service_pb2.UpdateCurrentStudentRequest(
            student=student_pb2.Student(**values), update_mask=FieldMask(paths=paths or list(values))
        )
        answer = await self.call(student_service_pb2_grpc.StudentServiceStub, "UpdateCurrentStudent", request)
        return answer.student  # type: ignore[no-any-return]

    async def ask_for_invite(
        self, name: str = "Alice", email: str = "alice@nyu.edu", *, key: str = ""
    ) -> Any:
        request = invite_service_pb2.CreateInviteRequest(name=name, email=email)
        stub = invite_service_pb2_grpc.InviteServiceStub
        return (await self.call(stub, "CreateInvite", request, key=key)).invite

    async def invite(self) -> Any:
        request = invite_service_pb2.GetCurrentInviteRequest()
        stub = invite_service_pb2_grpc.InviteServiceStub
        return (await self.call(stub, "GetCurrentInvite", request)).invite

    async def user(self) -> user_pb2.User:
        request = user_service_pb2.GetCurrentUserRequest()
        stub = user_service_pb2_grpc.UserServiceStub
        return (await self.call(stub, "GetCurrentUser", request)).user  # type: ignore[no-any-return]


class Provider:
    """What the sign-in provider tells of its accounts."""

    def __init__(self, call: Caller) -> None:
        self.call = call

    async def upsert(self, subject: str, *, issuer: str = ISSUER, **values: Any) -> user_pb2.User:
        return (await self.upsert_answer(subject, issuer=issuer, **values)).message.user  # type: ignore[no-any-return]

    async def upsert_answer(self, subject: str, *, issuer: str = ISSUER, **values: Any) -> Answer:
        account = user_pb2.Account(issuer=issuer, subject=subject)
        request = user_service_pb2.UpsertUserRequest(account=account, **values)
        return await self.call.answer(user_service_pb2_grpc.UserServiceStub, "UpsertUser", request)

    async def get(self, **key: Any) -> user_pb2.User:
        answer = await self._call("GetUser", user_service_pb2.GetUserRequest(**key))
        return answer.user  # type: ignore[no-any-return]

    async def list(self, page_size: int = 0, page_token: str = "") -> user_service_pb2.ListUsersResponse:
        request = user_service_pb2.ListUsersRequest(page_size=page_size, page_token=page_token)
        return await self._call("ListUsers", request)  # type: ignore[no-any-return]

    async def delete(self, user_id: str) -> None:
        await self._call("DeleteUser", user_service_pb2.DeleteUserRequest(id=user_id))

    async def _call(self, method: str, request: Any) -> Any:
        return await self.call(user_service_pb2_grpc.UserServiceStub, method, request)
