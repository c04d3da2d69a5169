"""A client of the live door, as small as a test needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import grpc
from albertplus.live.v1 import live_service_pb2, live_service_pb2_grpc
from google.protobuf.message import Message

from tests.support.rpc import Refused

Request = live_service_pb2.SubscribeRequest
Response = live_service_pb2.SubscribeResponse
Update = Response.Update
PATIENCE = 10.0


@dataclass(eq=False)
class Ended(Exception):
    """The stream is over."""

    code: grpc.StatusCode
    details: str
    reason: str


class LiveStream:
    """One stream. Reading gives up after PATIENCE."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...]) -> None:
        stub = live_service_pb2_grpc.LiveServiceStub(channel)
        self.call = stub.Subscribe(metadata=metadata)
        self.session_id = ""
        self.version = 0
        self.tokens: dict[str, str] = {}

    async def start(self, *queries: Request.Watch, session_id: str = "") -> None:
        """Opens the session."""
        await self.send(start=Request.Start(session_id=session_id, queries=queries))
        self.session_id = (await self.message()).started.session_id

    async def send(self, **message: object) -> None:
        """Sends one message, given as the field that it is."""
        await self.call.write(Request(**message))  # type: ignore[arg-type]

    async def mutate(self, request_id: str, method: str, request: Message, key: str = "") -> None:
        """Sends a mutation."""
        await self.send(
            mutate=Request.Mutate(
                request_id=request_id,
                method=method,
                request=request.SerializeToString(),
                idempotency_key=key,
            )
        )

    async def message(self) -> Response:
        """The next message. Raises Ended."""
        try:
            found = await asyncio.wait_for(self.call.read(), PATIENCE)
        except grpc.aio.AioRpcError:
            raise await self.ended() from None
        if found is grpc.aio.EOF:
            raise await self.ended()
        assert isinstance(found, Response)
        return found

    async def update(self) -> Update:
        """The next update; its number must follow the one before."""
        while not (message := await self.message()).HasField("update"):
            pass
        self.version += 1
        assert message.update.version == self.version
        self.tokens |= {result.query_id: result.resume_token for result in message.update.results}
        return message.update

    async def result(self, query_id: str = "q") -> live_service_pb2.QueryResult:
        """The next result of this query, which must be all that the update says."""
        update = await self.update()
        assert [result.query_id for result in update.results] == [query_id], update
        return update.results[0]

    async def outcome(self, request_id: str) -> tuple[live_service_pb2.MutationOutcome, Update]:
        """The outcome of a mutation and the update in which it came, other updates passed over."""
        while True:
            update = await self.update()
            for outcome in update.completed:
                if outcome.request_id == request_id:
                    return outcome, update

    async def ended(self) -> Ended:
        """How the stream ended."""
        code = await asyncio.wait_for(self.call.code(), PATIENCE)
        details = await self.call.details() or ""
        error = grpc.aio.AioRpcError(
            code, await self.call.initial_metadata(), await self.call.trailing_metadata(), details
        )
        return Ended(code, details, Refused(error).reason)

    def close(self) -> None:
        """Ends the stream."""
        self.call.cancel()


def watch(method: str, request: Message, query_id: str = "q", token: str = "") -> Request.Watch:
    """A query to watch."""
    return Request.Watch(
        query_id=query_id, method=method, request=request.SerializeToString(), resume_token=token
    )
