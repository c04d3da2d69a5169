"""LiveSource: the changelog answered from the database, for consumers that missed something."""

from __future__ import annotations

from typing import Any

from albertplus.live.v1 import change_pb2, live_source_pb2, live_source_pb2_grpc

from runtime.db import Database

MAX_CHANGES = 5000
MAX_KEYS = 20_000
"""Changes with more keys than this in all are told in several answers: an answer has to fit a message."""
_SINCE = """
select h.seq as head, (select min(seq) from changelog) as oldest, c.seq, c.xid::text as xid, c.keys
from log_head h left join lateral (
  select seq, xid, keys, sum(cardinality(keys)) over (order by seq) - cardinality(keys) as keys_before
  from (select seq, xid, keys from changelog where seq > %(since)s order by seq limit %(limit)s) page
) c on c.keys_before < %(max_keys)s
order by c.seq
"""


class LiveSourceHandlers(live_source_pb2_grpc.LiveSourceServicer):
    """Answers what changed since a position."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def Changes(
        self,
        request: live_source_pb2.ChangesRequest,
        context: Any,
    ) -> live_source_pb2.ChangesResponse:
        """Changes after `request.since`, or the first of them when they are many; `truncated` when history
        does not reach back that far.

        With epoch 0, where the caller knows nothing yet, just the position.
        """
        limit = min(request.limit or MAX_CHANGES, MAX_CHANGES)
        async with self._db.connections.one() as connection:
            position = {"since": request.since, "limit": limit, "max_keys": MAX_KEYS}
            cursor = await connection.execute(_SINCE, position)
            rows = await cursor.fetchall()
            epoch = connection.epoch
        head, oldest = rows[0].head, rows[0].oldest
        if request.epoch == 0:
            return live_source_pb2.ChangesResponse(epoch=epoch, head=head)
        known = oldest - 1 if oldest is not None else head
        if request.epoch != epoch or not known <= request.since <= head:
            return live_source_pb2.ChangesResponse(epoch=epoch, head=head, truncated=True)
        changes = [
            change_pb2.Change(seq=row.seq, xid=int(row.xid), keys=row.keys)
            for row in rows
            if row.seq is not None
        ]
        return live_source_pb2.ChangesResponse(epoch=epoch, head=head, changes=changes)
