"""Following one live query for as long as it takes: reconnects, and asks only for what changed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import grpc
from albertplus.live.v1 import live_service_pb2, live_service_pb2_grpc
from google.rpc import status_pb2

from runtime.methods import Method

SILENCE = 45.0  # the gateway says something every 15 seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
QUERY_ID = "watched"
LASTING = frozenset(
    (
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.FAILED_PRECONDITION,
    )
)

Metadata = tuple[tuple[str, str], ...]
Request = live_service_pb2.SubscribeRequest
Response = live_service_pb2.SubscribeResponse
Stream = grpc.aio.StreamStreamCall[Request, Response]


@dataclass(frozen=True, slots=True)
class Result:
    """One result of the query: the serialised response, or the refusal that stands in its place."""

    response: bytes | None
    error: status_pb2.Status | None


class Following:
    """One watched query across any number of streams."""

    def __init__(
        self,
        address: str,
        method: Method,
        request: bytes,
        signed_in: Callable[[], Metadata],
        lost: Callable[[str], None],
        back: Callable[[], None],
    ) -> None:
        """`signed_in` gives the metadata of each new stream.

        `lost` hears why, once, when the gateway is away; `back` when it answers again.
        """
        self._address = address
        self._watch = Request.Watch(query_id=QUERY_ID, method=method.name, request=request)
        self._signed_in = signed_in
        self._lost, self._back = lost, back
        self._away = False
        self._pause = FIRST_PAUSE
        self._ever_connected = False

    async def results(self) -> AsyncIterator[Result]:
        """Each new result, the present one first.

        Raises grpc.aio.AioRpcError if the gateway refuses for good or cannot be reached the first time.
        """
        while True:
            try:
                async for result in self._one_stream():
                    yield result
            except grpc.aio.AioRpcError as error:
                self._decide(error)
            except TimeoutError:
                self._went_away(f"nothing heard for {SILENCE:.0f} s")
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _decide(self, error: grpc.aio.AioRpcError) -> None:
        if error.code() in LASTING or not self._ever_connected:
            raise error
        if error.code() is grpc.StatusCode.UNAUTHENTICATED and self._pause > FIRST_PAUSE:
            raise error  # a fresh sign-in has just been refused
        self._went_away(error.code().name)

    def _went_away(self, why: str) -> None:
        if not self._away:
            self._away = True
            self._lost(why)

    def _answered(self) -> None:
        self._ever_connected, self._pause = True, FIRST_PAUSE
        if self._away:
            self._away = False
            self._back()

    async def _one_stream(self) -> AsyncIterator[Result]:
        async with grpc.aio.insecure_channel(self._address) as channel:
            stub = live_service_pb2_grpc.LiveServiceStub(channel)
            stream: Stream = stub.Subscribe(metadata=self._signed_in())
            await stream.write(Request(start=Request.Start(queries=[self._watch])))
            while isinstance(message := await asyncio.wait_for(stream.read(), SILENCE), Response):
                self._answered()
                for result in message.update.results:
                    self._watch.resume_token = result.resume_token
                    if not result.unchanged:
                        yield _result(result)


def _result(found: live_service_pb2.QueryResult) -> Result:
    if found.HasField("error"):
        return Result(None, found.error)
    return Result(found.response, None)
