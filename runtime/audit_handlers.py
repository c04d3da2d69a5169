"""ListAuditEntries: the audit log read, the same in every service."""

from __future__ import annotations

from typing import Any

import grpc
from albertplus.live.v1 import audit_pb2
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import BigInteger, DateTime, Integer, Text, bindparam, null, or_, select

from runtime.audit_schema import actors, log
from runtime.db import Database, ReadTx
from runtime.methods import Methods
from runtime.paging import PageToken, filters_hash
from runtime.refusal import InvalidArgument, InvalidPageToken

DEFAULT_PAGE_SIZE = 50
_TEXTS = ("method", "request_id", "outcome")


def _given(name: str, kind: Any = Text) -> Any:
    return bindparam(name, type_=kind)


_PAGE = (
    select(*log.c, actors.c.subject, actors.c.salt)
    .select_from(log.outerjoin(actors, log.c.actor == actors.c.actor))
    .where(log.c.seq < _given("before", BigInteger))
    .where(*(or_(_given(name) == "", log.c[name] == _given(name)) for name in _TEXTS))
    .where(or_(_given("subject") == "", actors.c.subject == _given("subject")))
    .where(or_(_given("since", DateTime(timezone=True)).is_(null()), log.c.at >= bindparam("since")))
    .where(or_(_given("until", DateTime(timezone=True)).is_(null()), log.c.at < bindparam("until")))
    .order_by(log.c.seq.desc())
    .limit(_given("limit", Integer))
)
_ALL = 2**63 - 1


class AuditHandlers:
    """Answers one service's audit service."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._name = audit_service(db.service)
        (self._method,) = Methods([self._name])

    def handler(self) -> grpc.GenericRpcHandler:
        """What to add to the server."""
        list_ = grpc.unary_unary_rpc_method_handler(
            self.ListAuditEntries,
            request_deserializer=self._method.request.FromString,
            response_serializer=self._method.response.SerializeToString,
        )
        return grpc.method_handlers_generic_handler(self._name, {"ListAuditEntries": list_})

    async def ListAuditEntries(self, request: Any, context: Any) -> Message:
        """A page of entries, the newest first. Refuses with InvalidPageToken."""
        filters, size = filters_hash(request), request.page_size or DEFAULT_PAGE_SIZE
        before = _before(request.page_token, self._name, filters)
        async with self._db.read() as tx:
            rows = await _rows(tx, request, before, size + 1)
        page = rows[:size]
        token = PageToken.encode(self._name, filters, [page[-1].seq]) if len(rows) > size else ""
        return self._method.response(entries=map(_message, page), next_page_token=token)


def audit_service(service: str) -> str:
    """The full name of a service's audit service."""
    return f"albertplus.{service}.v1.{service.capitalize()}AuditService"


async def _rows(tx: ReadTx, request: Any, before: int, limit: int) -> list[Any]:
    texts = {name: getattr(request, name).replace("\0", "") for name in (*_TEXTS, "subject")}
    times = {name: _time(request, name) for name in ("since", "until")}
    return await tx.all(_PAGE, before=before, limit=limit, **texts, **times)


def _time(request: Any, name: str) -> str | None:
    """A time of the request as PostgreSQL reads it: exact to the microsecond."""
    if not request.HasField(name):
        return None
    found: Timestamp = getattr(request, name)
    try:
        return found.ToJsonString()
    except ValueError as error:
        raise InvalidArgument(name, "must be a time between the years 1 and 9999") from error


def _before(token: str, method: str, filters: str) -> int:
    """The number before which a page begins. Refuses with InvalidPageToken."""
    position = PageToken.decode(token, method, filters)
    if position is None:
        return _ALL
    if len(position) != 1 or not isinstance(position[0], int) or not 0 < position[0] <= _ALL:
        raise InvalidPageToken
    return position[0]


def _message(row: Any) -> audit_pb2.AuditEntry:
    return audit_pb2.AuditEntry(
        seq=row.seq,
        id=str(row.id),
        time=row.at,
        actor=bytes(row.actor),
        subject=row.subject,
        salt=None if row.salt is None else str(row.salt),
        kind=row.kind,
        process=row.process,
        method=row.method,
        request_id=row.request_id,
        summary=row.summary,
        outcome=row.outcome,
        hash=bytes(row.hash),
    )
