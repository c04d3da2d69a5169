"""AccountService: what the sign-in provider tells."""

from __future__ import annotations

import datetime
from typing import Any

from albertplus.identity.v1 import account_service_pb2 as pb
from albertplus.identity.v1.account_service_pb2_grpc import AccountServiceServicer

from runtime.db import Database, WriteTx
from runtime.subjects import Subjects
from services.identity.commands import users
from services.identity.model import Told
from services.identity.wire import account

_OUTCOMES = {
    Told.APPLIED: pb.REPORT_OUTCOME_APPLIED,
    Told.STALE: pb.REPORT_OUTCOME_STALE,
    Told.DELETED: pb.REPORT_OUTCOME_DELETED,
}


class AccountHandlers(AccountServiceServicer):
    """Answers AccountService."""

    def __init__(self, db: Database, subjects: Subjects) -> None:
        self._db = db
        self._subjects = subjects

    async def ReportAccount(self, request: pb.ReportAccountRequest, context: Any) -> pb.ReportAccountResponse:
        """Store an account, unless something newer is known of it."""
        email = request.email if request.HasField("email") else None
        time = request.update_time.ToDatetime(datetime.UTC)

        async def work(tx: WriteTx) -> pb.ReportAccountResponse:
            told = await users.report(
                tx, account(request.account), email, request.admin, time, self._subjects
            )
            return pb.ReportAccountResponse(outcome=_OUTCOMES[told])

        return await self._db.mutate(request, work)

    async def ReportAccountDeleted(
        self, request: pb.ReportAccountDeletedRequest, context: Any
    ) -> pb.ReportAccountDeletedResponse:
        """Delete an account for good."""

        async def work(tx: WriteTx) -> pb.ReportAccountDeletedResponse:
            told = await users.report_deleted(tx, account(request.account), self._subjects)
            return pb.ReportAccountDeletedResponse(outcome=_OUTCOMES[told])

        return await self._db.mutate(request, work)
