"""The door of live queries: `LiveService.Subscribe`, one session per stream."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import grpc
import structlog

from gateway.addresses import current_address
from gateway.claims import LEEWAY
from gateway.driver import LiveDriver
from gateway.errors import Draining, ProtocolViolation
from gateway.guard import Guard, Place, Verifier
from gateway.live.messages import Identity
from gateway.live_requests import scope_of
from gateway.live_session import LiveSession, Request, Response
from gateway.methods import PublicMethods
from gateway.replies import PROCESS, Context, abort, authorization, refusal_status
from gateway.sign_in import bearer_token, principal_of
from runtime.ids import new_id
from runtime.interceptors import validate
from runtime.refusal import Refusal
from runtime.status import internal

SERVICE = "albertplus.live.v1.LiveService"
HEARTBEAT_SECONDS = 15.0
LAST_WRITE_SECONDS = 1.0

Requests = AsyncIterator[Request]

log = structlog.get_logger(__name__)


class LiveDoor:
    """Serves live sessions until it is drained."""

    def __init__(
        self, driver: LiveDriver, methods: PublicMethods, sign_in: Verifier, guard: Guard | None = None
    ) -> None:
        """Without a `guard` nobody is counted."""
        self._guard = guard or Guard()
        self._driver = driver
        self._methods = methods
        self._sign_in = sign_in
        self._sessions: set[LiveSession] = set()
        self._draining = False
        self._empty = asyncio.Event()
        self._empty.set()

    def handler(self) -> grpc.GenericRpcHandler:
        """What a gRPC server needs to serve it."""
        subscribe = grpc.stream_stream_rpc_method_handler(
            self._subscribe,
            request_deserializer=Request.FromString,
            response_serializer=Response.SerializeToString,
        )
        return grpc.method_handlers_generic_handler(SERVICE, {"Subscribe": subscribe})

    async def drain(self, timeout: float) -> None:
        """Tells every stream to move on, once its mutations are answered; after `timeout` in any case."""
        self._draining = True
        for session in tuple(self._sessions):
            session.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait_empty(), timeout)

    async def wait_empty(self) -> None:
        """Returns when no stream is open."""
        await self._empty.wait()

    async def _subscribe(self, requests: Requests, context: Context) -> None:
        current_address.set(self._guard.proxies.of_call(context))
        try:
            end = refusal_status(await self._admit(requests, context))
        except Refusal as refusal:
            end = refusal_status(refusal)
        except grpc.aio.AbortError:  # the client is gone
            raise
        except Exception:  # gRPC would tell the caller its words
            request_id = new_id()
            log.exception("a live session failed", request_id=request_id)
            end = internal(request_id, PROCESS)
        await abort(context, end)  # waits for a client that does not read

    async def _admit(self, requests: Requests, context: Context) -> Refusal:
        if self._draining:
            raise Draining
        place = self._guard.admit()
        try:
            return await self._serve_in(place, requests, context)
        finally:
            place.leave()

    async def _serve_in(self, place: Place, requests: Requests, context: Context) -> Refusal:
        identity = await self._caller(authorization(context), place)
        first = await _first(requests, self._guard.quotas.first_message_seconds)
        session = LiveSession(self._driver, self._methods, identity)
        self._sessions.add(session)
        self._empty.clear()
        try:
            return await self._serve(session, place, first, requests, context)
        finally:
            self._forget(session)

    def _forget(self, session: LiveSession) -> None:
        session.forget()
        self._sessions.discard(session)
        if not self._sessions:
            self._empty.set()

    async def _serve(
        self,
        session: LiveSession,
        place: Place,
        first: Request.Start,
        requests: Requests,
        context: Context,
    ) -> Refusal:
        """Reads and writes until the session ends, and says why. A client that ends it cancels this."""
        reader = asyncio.create_task(self._read(session, place, first, requests))
        writer = asyncio.create_task(_write(session, context))
        try:
            refusal = await session.ended()
            await asyncio.wait((writer,), timeout=LAST_WRITE_SECONDS)  # one that is under way
        finally:
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
        return refusal

    async def _read(
        self, session: LiveSession, place: Place, first: Request.Start, requests: Requests
    ) -> None:
        try:
            session.start(first)
            await self._pace(place, queries=len(first.queries))
            async for request in requests:
                await self._receive(session, place, request)
                await session.room()
        except Refusal as refusal:
            session.end(refusal)
        except grpc.aio.AbortError:
            session.closed("the client is gone")
        except Exception:
            log.exception("live session failed")
            session.closed("internal error")

    async def _receive(self, session: LiveSession, place: Place, request: Request) -> None:
        match request.WhichOneof("message"):
            case "watch":
                session.watch(request.watch)
                await self._pace(place, queries=1)
            case "unwatch":
                session.unwatch(request.unwatch.query_id)
            case "mutate":
                session.mutate(request.mutate)
                await self._pace(place, mutations=1)
            case "authenticate":
                validate(request)
                token = request.authenticate.token
                session.identify(await self._caller(f"Bearer {token}" if token else None, place))
            case _:
                raise ProtocolViolation("Start is the first message and only that")

    async def _pace(self, place: Place, *, mutations: int = 0, queries: int = 0) -> None:
        """Returns when the client, having asked for so much, may be listened to again."""
        wait = self._guard.charge(place.identity, mutations=mutations, queries=queries)
        if wait:
            await asyncio.sleep(wait)

    async def _caller(self, authorization: str | None, place: Place) -> Identity | None:
        token = bearer_token(authorization)
        if token is None:
            place.identify(None)
            return None
        found = await self._sign_in.verify(token)
        place.identify(found)
        principal = principal_of(found)
        expires = self._driver.now + found.expires_at + LEEWAY - time.time()
        return Identity(scope_of(principal), principal, expires)


async def _first(requests: Requests, seconds: float) -> Request.Start:
    try:
        async with asyncio.timeout(seconds):
            message = await anext(requests, None)
    except TimeoutError:
        message = None
    if message is None or not message.HasField("start"):
        raise ProtocolViolation("a stream begins with Start")
    validate(Request.Start(session_id=message.start.session_id))  # each query is answered for itself
    return message.start


async def _write(session: LiveSession, context: Context) -> None:
    try:
        while True:
            await _write_next(session, context)
    except Refusal as refusal:
        session.end(refusal)
    except Exception as error:  # the connection is gone; gRPC ends the call
        session.closed(f"writing failed: {error}")


async def _write_next(session: LiveSession, context: Context) -> None:
    """Writes the next message when there is one, or a sign of life when there has been none for long."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            outgoing = await session.next()
    except TimeoutError:
        await context.write(Response(heartbeat=Response.Heartbeat()))
    else:
        await context.write(outgoing.message)
        session.written(outgoing)
