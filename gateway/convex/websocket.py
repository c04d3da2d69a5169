"""The socket of one connection: reads messages into the session, writes what it has to say."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected

from gateway.claims import Identity
from gateway.convex import frames
from gateway.convex.identity import Caller, caller
from gateway.convex.outbox import End, Frame, Item, Outbox, Step
from gateway.convex.session import ConvexSession, StartAction, Verify, Work
from gateway.errors import TooManyRequests, TooManySessions
from gateway.guard import Guard, Place
from gateway.http import DIRECT, DirectSocket
from gateway.sign_in import KeyServerUnavailable
from runtime.refusal import Refusal
from runtime.tasks import end

PING_SECONDS = 15.0
CLOSE_SECONDS = 10.0
CONFIRM_SECONDS = 1.0
GONE = (WebSocketDisconnect, ClientDisconnected)

Verifier = Callable[[str], Awaitable[Identity]]
ActionStarter = Callable[[ConvexSession, StartAction], None]

log = structlog.get_logger(__name__)


class Connection:
    """One connection, from its handshake to its end."""

    def __init__(
        self,
        socket: WebSocket,
        *,
        chunked: bool,
        verify: Verifier,
        start_action: ActionStarter,
        guard: Guard,
        place: Place,
    ) -> None:
        """`chunked`: the client puts large Transitions together from pieces. `place` is the one it takes."""
        self._guard = guard
        self._place = place
        self._deaf_until = 0.0  # a client that asks too much is listened to later
        self._socket = socket
        self._direct: DirectSocket = socket.scope["extensions"][DIRECT]
        self._chunked = chunked
        self._verify = verify
        self._start_action = start_action
        self._loop = asyncio.get_running_loop()
        self._moved: asyncio.Event | None = None  # there while it waits to be listened to
        self.outbox = Outbox(self.write_now, self.stir)
        self._session: ConvexSession | None = None
        self._writer: asyncio.Task[None] | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._ping: asyncio.TimerHandle | None = None
        self._wrote_at = self._loop.time()

    async def serve(self, session: ConvexSession) -> None:
        """Returns when the connection is over."""
        self._session = session
        unconnected = self._loop.call_later(
            self._guard.quotas.first_message_seconds, session.fail_unconnected
        )
        # Clients that came together do not all have to be sent one together.
        first = PING_SECONDS * random.uniform(0.5, 1)  # noqa: S311 - no secret
        self._ping = self._loop.call_later(first, self._ping_if_silent)
        self._direct.forget_handshake()
        try:
            await self._read(session)
        finally:
            session.forget()
            for timer in (unconnected, self._ping, self._closing):
                if timer is not None:
                    timer.cancel()
            if self._writer is not None:
                await end(self._writer)

    def write_now(self, item: Item) -> bool:
        """Writes this if that takes no waiting.

        A thousand clients are told of one change in a row: waking a task for each would cost more than that.
        """
        if self._moved is not None:
            self._moved.set()
        if isinstance(item, End) or self._session is None or self._writer is not None:
            return False
        try:
            text = _text(item)
            if self._is_chunked(text) or not self._direct.write_text(text):
                return False
            self._written(item)
        except Exception:
            self._fail()
        return True

    def stir(self) -> None:
        """Something has to wait: there is a task for that, as long as it takes."""
        if self._moved is not None:
            self._moved.set()
        session = self._session
        if session is None:
            return
        if self._closing is None and session.outbox.is_over:
            # A client that does not read would keep what waits for it in our memory for ever.
            self._closing = self._loop.call_later(CLOSE_SECONDS, self.abort)
        if self._writer is None:
            self._writer = self._loop.create_task(self._write_waiting(session.outbox))

    def charge(self, caller: Caller, mutations: int, queries: int) -> None:
        """The client asks for so much."""
        wait = self._guard.charge(caller.identity, mutations=mutations, queries=queries)
        if wait:
            self._deaf_until = max(self._deaf_until, self._loop.time() + wait)

    def abort(self) -> None:
        """Ends the connection without a word."""
        self._direct.abort()

    async def _read(self, session: ConvexSession) -> None:
        try:
            while True:
                await self._until_listening(session)
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._receive(session, message.get("text"))
        except GONE:
            return
        except Exception:
            log.exception("a connection failed")
            session.fail()
            await self._until_disconnected()

    async def _until_disconnected(self) -> None:
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            pass

    async def _until_listening(self, session: ConvexSession) -> None:
        while not session.is_listening and not session.outbox.is_over:
            self._moved = asyncio.Event()  # what ends a call also writes its answer, and so moves this on
            await self._moved.wait()
        if (wait := self._deaf_until - self._loop.time()) > 0:
            await asyncio.sleep(wait)

    async def _receive(self, session: ConvexSession, text: str | None) -> None:
        if session.outbox.is_over:
            return
        if text is None:
            session.receive_binary()
            return
        await self._do(session, session.receive(text))

    async def _do(self, session: ConvexSession, work: Work | None) -> None:
        if isinstance(work, Verify):
            await self._identify(session, work.token)
        elif work is not None:
            self._start_action(session, work)

    async def _identify(self, session: ConvexSession, token: str) -> None:
        try:
            identity = await self._verify(token)
            self._place.identify(identity)
        except (KeyServerUnavailable, TooManyRequests, TooManySessions):
            session.unverifiable()
        except Refusal as refusal:
            session.rejected(refusal.message())
        else:
            session.verified(caller(identity))
            asyncio.get_running_loop().call_later(CONFIRM_SECONDS, session.confirm)

    async def _write_waiting(self, outbox: Outbox) -> None:
        try:
            while (item := outbox.first()) is not None:
                if isinstance(item, End):
                    await self._socket.close(item.code, item.reason)
                    return
                await self._send(_text(item))
                outbox.take()
                self._written(item)
        except GONE:
            return
        except Exception:
            self._fail()
        self._writer = None

    def _written(self, item: Frame | Step) -> None:
        self._wrote_at = self._loop.time()
        if isinstance(item, Step) and self._session is not None:
            self._session.written()

    def _fail(self) -> None:
        log.exception("a connection failed")
        self.abort()

    def _ping_if_silent(self) -> None:
        due = self._wrote_at + PING_SECONDS
        if due <= self._loop.time():
            if self._session is not None and self._session.outbox.first() is None:
                self._session.outbox.put(Frame(frames.PING))
            due = self._loop.time() + PING_SECONDS
        self._ping = self._loop.call_at(due, self._ping_if_silent)

    def _is_chunked(self, text: bytes) -> bool:
        return self._chunked and len(text) > frames.CHUNK_ABOVE

    async def _send(self, text: bytes) -> None:
        if not self._is_chunked(text):
            await self._socket.send_text(text.decode())
            return
        for piece in frames.chunks(text.decode(), str(id(text))):
            await self._socket.send_text(piece)
            if self._session is not None:
                self._session.progressed()


def _text(item: Frame | Step) -> bytes:
    return item.write() if isinstance(item, Step) else item.json
