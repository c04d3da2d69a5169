"""StudentService: the profile of the user who calls.

Ids of programs and schools are checked for their form only: they belong to the catalog, and a profile has to
outlive what the catalog drops.
"""

from __future__ import annotations

from typing import Any

from albertplus.identity.v1.student_service_pb2 import (
    GetCurrentStudentRequest,
    GetCurrentStudentResponse,
    UpdateCurrentStudentRequest,
    UpdateCurrentStudentResponse,
    UpsertCurrentStudentRequest,
    UpsertCurrentStudentResponse,
)
from albertplus.identity.v1.student_service_pb2_grpc import StudentServiceServicer

from runtime.db import Database, WriteTx
from services.identity import queries
from services.identity.commands import students
from services.identity.errors import StudentNotFound
from services.identity.handlers import caller
from services.identity.wire import profile, profile_change, student_message


class StudentHandlers(StudentServiceServicer):
    """Answers StudentService."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetCurrentStudent(
        self, request: GetCurrentStudentRequest, context: Any
    ) -> GetCurrentStudentResponse:
        """The caller's profile. Refuses with StudentNotFound."""
        student = await queries.student(self._db, caller())
        if student is None:
            raise StudentNotFound
        return GetCurrentStudentResponse(student=student_message(student))

    async def UpsertCurrentStudent(
        self, request: UpsertCurrentStudentRequest, context: Any
    ) -> UpsertCurrentStudentResponse:
        """Create or replace the caller's profile. Refuses with TermsOutOfOrder."""
        user_id = caller()

        async def work(tx: WriteTx) -> UpsertCurrentStudentResponse:
            student = await students.put(tx, user_id, profile(request))
            return UpsertCurrentStudentResponse(student=student_message(student))

        return await self._db.mutate(request, work)

    async def UpdateCurrentStudent(
        self, request: UpdateCurrentStudentRequest, context: Any
    ) -> UpdateCurrentStudentResponse:
        """Change the named fields of the caller's profile. Refuses with StudentNotFound, TermsOutOfOrder."""
        user_id = caller()
        changed = profile_change(request.student, request.update_mask.paths)

        async def work(tx: WriteTx) -> UpdateCurrentStudentResponse:
            student = await students.change(tx, user_id, changed)
            return UpdateCurrentStudentResponse(student=student_message(student))

        return await self._db.mutate(request, work)
