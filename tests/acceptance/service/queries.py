"""What the acceptance service can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, func, select

from runtime.db import Database
from runtime.paging import PageToken, Position
from runtime.refusal import InvalidPageToken
from tests.acceptance.protos import documents_pb2 as messages
from tests.acceptance.service.tables import documents

METHOD = "ListDocuments"

_OF_CHANNEL = select(documents).where(documents.c.channel == bindparam("channel"))
_BEHIND = _OF_CHANNEL.where(documents.c.seq > bindparam("after", type_=BigInteger)).order_by(documents.c.seq)
_UNTIL = _BEHIND.where(documents.c.seq <= bindparam("end", type_=BigInteger))
_FIRST = _BEHIND.limit(bindparam("size", type_=Integer))
_COUNT = select(func.count().label("count")).where(documents.c.channel == bindparam("channel"))


async def count(db: Database, channel: str) -> int:
    """How many documents a channel has."""
    row = await db.one(_COUNT, channel=channel)
    return int(row.count) if row is not None else 0


async def page(db: Database, request: messages.ListDocumentsRequest) -> messages.ListDocumentsResponse:
    """Documents of a channel. Refuses with InvalidPageToken."""
    channel, size = request.channel, request.page_size
    after = _seq(request.page_token, channel) or 0
    end = _seq(request.end_page_token, channel)
    if end is not None:
        rows = await db.all(_UNTIL, channel=channel, after=after, end=end)
        return _response(rows, request.end_page_token, channel)
    if not size:
        return _response(await db.all(_BEHIND, channel=channel, after=after), "", channel)
    rows = await db.all(_FIRST, channel=channel, after=after, size=size + 1)
    more = len(rows) > size
    return _response(rows[:size], _token(rows[size - 1], channel) if more else "", channel)


def message(row: Any) -> messages.Document:
    """A row as the message."""
    return messages.Document(
        id=str(row.id), channel=row.channel, body=row.body, author=row.author, create_time=row.created
    )


def _response(rows: Sequence[Any], next_token: str, channel: str) -> messages.ListDocumentsResponse:
    return messages.ListDocumentsResponse(
        documents=map(message, rows),
        next_page_token=next_token,
        middle_page_token=_token(rows[(len(rows) - 1) // 2], channel) if len(rows) > 2 else "",
    )


def _token(row: Any, channel: str) -> str:
    return PageToken.encode(METHOD, channel, [row.seq])


def _seq(token: str, channel: str) -> int | None:
    position: Position | None = PageToken.decode(token, METHOD, channel)
    if position is None:
        return None
    if len(position) != 1 or type(position[0]) is not int:
        raise InvalidPageToken
    return position[0]
