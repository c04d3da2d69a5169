"""What one client watches, and how pages keep their ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gateway import metrics
from gateway.convex.calls import FunctionCalls
from gateway.convex.identity import Caller
from gateway.convex.messages import Add
from gateway.convex.results import QueryPayload
from gateway.driver import Stream
from gateway.live.core import LiveCore
from gateway.live.messages import Query, Transition


class Host(Protocol):
    """What the session needs of the driver of the core."""

    core: LiveCore

    @property
    def now(self) -> float: ...

    def attach(self, session: str, stream: Stream) -> None: ...

    def detach(self, session: str) -> None: ...

    def soon(self) -> None: ...


@dataclass(slots=True)
class Watched:
    """A query as the client has named it."""

    path: str
    args: Any
    journal: str | None
    query: Query
    size: int


class QuerySet:
    """The queries of one connection, known to the core under the client's ids."""

    def __init__(self, session: str, host: Host, calls: FunctionCalls) -> None:
        self._session = session
        self._host = host
        self._core = host.core
        self._calls = calls
        self._watched: dict[int, Watched] = {}
        self.size = 0
        """How long the messages were that asked for them."""

    def add(self, add: Add, caller: Caller, size: int) -> None:
        """Watches a query; one that has its id already is replaced."""
        self.remove(add.query_id)
        query = self._calls.live_query(add.path, add.args, add.journal, caller)
        self._watched[add.query_id] = Watched(add.path, add.args, add.journal, query, size)
        self.size += size
        metrics.queries.inc()
        self._core.subscribe(self._session, add.query_id, query, None, self._host.now)

    def remove(self, query_id: int) -> bool:
        """Watches it no longer; false if it was not watched."""
        watched = self._watched.pop(query_id, None)
        if watched is None:
            return False
        self.size -= watched.size
        metrics.queries.dec()
        self._core.unsubscribe(self._session, query_id, self._host.now)
        return True

    def asked_by(self, caller: Caller) -> Mapping[int, Query]:
        """All of them as another caller asks them. Where a page ended does not hold for another's."""
        for watched in self._watched.values():
            query = self._calls.live_query(watched.path, watched.args, watched.journal, caller)
            if query.scope != watched.query.scope:
                watched.journal = None
                query = self._calls.live_query(watched.path, watched.args, None, caller)
            watched.query = query
        return {query_id: watched.query for query_id, watched in self._watched.items()}

    def note_journals(self, transition: Transition, caller: Caller) -> None:
        """From its first result on a page keeps its end: it becomes the query between the two."""
        for result in transition.results:
            payload, watched = result.answer.payload, self._watched.get(result.query_id)
            if watched is None or not isinstance(payload, QueryPayload) or payload.journal == watched.journal:
                continue
            watched.journal = payload.journal
            watched.query = self._calls.live_query(watched.path, watched.args, watched.journal, caller)
            self._core.rename(self._session, result.query_id, watched.query, self._host.now)
            self._host.soon()

    def clear(self) -> None:
        """The connection is gone."""
        metrics.queries.dec(len(self._watched))
        self._watched.clear()
