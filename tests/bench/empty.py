"""The floor of an RPC: catalog's server with everything around a call, and nothing in it.

`GetCourse` answers an empty message without asking the database; validation, principal, access and read set
are those of every service. Beside it, a stream that says nothing but when it was sent.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import grpc
import uvloop
from albertplus.catalog.v1 import course_service_pb2 as pb
from albertplus.catalog.v1 import course_service_pb2_grpc

from runtime.db import Database
from runtime.server import Clients, Service, serve
from runtime.settings import ServiceSettings, load
from services.catalog.handlers.courses import CourseHandlers
from tests.bench.alone import STREAMS

_PADDING = bytes(500)  # about what a section takes


class EmptyCourses(CourseHandlers):
    """Knows nothing."""

    async def GetCourse(self, request: pb.GetCourseRequest, context: Any) -> pb.GetCourseResponse:
        return pb.GetCourseResponse()


class Streams:
    """`Send` sends one message to every stream of `Watch`: the moment at which it was sent."""

    def __init__(self) -> None:
        self._watching: set[asyncio.Queue[bytes]] = set()

    async def watch(self, request: bytes, context: Any) -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._watching.add(queue)
        try:
            await context.write(b"started")
            while True:
                await context.write(await queue.get())
        finally:
            self._watching.discard(queue)

    async def send(self, request: bytes, context: Any) -> bytes:
        message = time.monotonic_ns().to_bytes(8, "big") + _PADDING
        for queue in self._watching:
            queue.put_nowait(message)
        return b""

    def handler(self) -> grpc.GenericRpcHandler:
        """What a server needs to serve it."""
        methods: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {
            "Watch": grpc.unary_stream_rpc_method_handler(self.watch),
            "Send": grpc.unary_unary_rpc_method_handler(self.send),
        }
        return grpc.method_handlers_generic_handler(STREAMS, methods)


def _register(server: grpc.aio.Server, db: Database, clients: Clients, settings: Any) -> None:
    course_service_pb2_grpc.add_CourseServiceServicer_to_server(EmptyCourses(db), server)
    server.add_generic_rpc_handlers((Streams().handler(),))


SERVICE = Service(name="catalog", rpc_services=("albertplus.catalog.v1.CourseService",), register=_register)

if __name__ == "__main__":
    uvloop.run(serve(SERVICE, load(ServiceSettings)))
