"""What the acceptance service can be asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, func, select

from runtime.db import Database
from runtime.paging import PageToken
from runtime.refusal import InvalidPageToken
from tests.acceptance.protos import documents_pb2 as messages
from tests.acceptance.service.tables import documents

METHOD = "ListDocuments"
_ALL = 1_000_000
_LAST = 2**62

_PAGE = (
    select(documents)
    .where(documents.c.channel == bindparam("channel"))
    .where(documents.c.seq > bindparam("after", type_=BigInteger))
    .where(documents.c.seq <= bindparam("end", type_=BigInteger))
    .order_by(documents.c.seq)
    .limit(bindparam("size", type_=Integer))
)
_COUNT = select(func.count().label("count")).where(documents.c.channel == bindparam("channel"))


async def count(db: Database, channel: str) -> int:
    """How many documents a channel has."""
    row = await db.one(_COUNT, channel=channel)
    return int(row.count) if row is not None else 0


async def page(db: Database, request: messages.ListDocumentsRequest) -> messages.ListDocumentsResponse:
    """Documents of a channel. Refuses with InvalidPageToken."""
    channel, size = request.channel, request.page_size or _ALL
    after, end = _seq(request.page_token, channel, 0), _seq(request.end_page_token, channel, _LAST)
    rows = await db.all(_PAGE, channel=channel, after=after, end=end, size=size + 1)
    next_token = _token(rows[size - 1]) if len(rows) > size else ""
    return messages.ListDocumentsResponse(documents=map(message, rows[:size]), next_page_token=next_token)


def message(row: Any) -> messages.Document:
    """A row as the message."""
    return messages.Document(
        id=str(row.id),
        channel=row.channel,
        body=row.body,
        author=row.author,
        create_time=row.created,
        place=_token(row),
    )


def _token(row: Any) -> str:
    return PageToken.encode(METHOD, row.channel, [row.seq])


def _seq(token: str, channel: str, default: int) -> int:
    position = PageToken.decode(token, METHOD, channel)
    if position is None:
        return default
    if len(position) != 1 or type(position[0]) is not int:
        raise InvalidPageToken
    return position[0]
