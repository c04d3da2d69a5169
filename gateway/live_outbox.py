"""What waits to be written to one stream of the live door, in order and with its version numbers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from albertplus.live.v1 import live_service_pb2

from gateway import translate
from gateway.errors import StreamReset
from gateway.live.messages import Transition
from runtime.refusal import Refusal

MAX_WAITING = 2_000

Response = live_service_pb2.SubscribeResponse


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out; `drains` if the core wants to know when it has left."""

    message: Response
    drains: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it tells the client nothing."""
        update = self.message.update
        return self.message.HasField("update") and not update.results and not update.completed


class Outbox:
    """A queue that ends with a refusal.

    The core sends no more than two updates ahead; what else waits are answers to messages nobody should send.
    """

    def __init__(self, name_of: Callable[[int], str | None]) -> None:
        """`name_of` gives the client's name of a query, None if it is no longer watched."""
        self._name_of = name_of
        self._waiting: deque[Response | Transition] = deque()
        self._version = 0
        self._end: Refusal | None = None
        self._ended = asyncio.Event()
        self._stirred = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def put(self, message: Response | Transition) -> None:
        """Adds a message, or a step of the core that becomes one when its turn comes."""
        self._waiting.append(message)
        self._stirred.set()
        if len(self._waiting) > MAX_WAITING:
            self.end(StreamReset("the client does not read what it is answered"))

    def end(self, refusal: Refusal) -> None:
        """Nothing more is sent but this; the first end counts."""
        self._end = self._end or refusal
        self._ended.set()
        self._stirred.set()

    async def ended(self) -> Refusal:
        """Returns when nothing more is to be sent, with why."""
        await self._ended.wait()
        assert self._end is not None
        return self._end

    async def next(self) -> Outgoing:
        """The next message to write. Raises the refusal with which the stream ends."""
        while not self._waiting and self._end is None:
            self._stirred.clear()
            await self._stirred.wait()
        if self._end is not None:
            raise self._end
        item = self._waiting.popleft()
        outgoing = Outgoing(self._encode(item), True) if isinstance(item, Transition) else Outgoing(item)
        if outgoing.message.HasField("update") and not outgoing.is_empty:
            self._version += 1
            outgoing.message.update.version = self._version
        return outgoing

    def _encode(self, transition: Transition) -> Response:
        results = [
            translate.query_result(name, result)
            for result in transition.results
            if (name := self._name_of(result.query_id)) is not None
        ]
        completed = [translate.outcome(str(each.request_id), each.outcome) for each in transition.completed]
        return update(results, completed)


def update(
    results: Iterable[live_service_pb2.QueryResult] = (),
    completed: Iterable[live_service_pb2.MutationOutcome] = (),
) -> Response:
    """An update, not numbered yet."""
    return Response(update=Response.Update(results=results, completed=completed))
