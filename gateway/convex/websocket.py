"""The socket of one connection: reads messages into the session, writes what it has to say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected

from gateway.claims import Identity
from gateway.convex import frames
from gateway.convex.identity import caller
from gateway.convex.outbox import End, Step
from gateway.convex.session import ConvexSession, StartAction, Verify, Work
from gateway.http import ABORT
from gateway.sign_in import KeyServerUnavailable
from runtime.refusal import Refusal

PING_SECONDS = 15.0
CLOSE_SECONDS = 10.0
CONNECT_SECONDS = 10.0
CONFIRM_SECONDS = 1.0
GONE = (WebSocketDisconnect, ClientDisconnected)

Verifier = Callable[[str], Awaitable[Identity]]
ActionStarter = Callable[[ConvexSession, StartAction], None]

log = structlog.get_logger(__name__)


class Connection:
    """One connection, from its handshake to its end."""

    def __init__(
        self, socket: WebSocket, *, chunked: bool, verify: Verifier, start_action: ActionStarter
    ) -> None:
        """`chunked`: the client puts large Transitions together from pieces."""
        self._socket = socket
        self._chunked = chunked
        self._verify = verify
        self._start_action = start_action
        self._stirred = asyncio.Event()
        self._moved = asyncio.Event()
        self._session: ConvexSession | None = None
        self._closing: asyncio.TimerHandle | None = None

    async def serve(self, session: ConvexSession) -> None:
        """Returns when the connection is over."""
        self._session = session
        loop = asyncio.get_running_loop()
        loop.call_later(CONNECT_SECONDS, session.fail_unconnected)
        reader = asyncio.create_task(self._read(session))
        writer = asyncio.create_task(self._write(session))
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            session.forget()
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
            if self._closing is not None:
                self._closing.cancel()

    def stir(self) -> None:
        """There is something to write."""
        self._stirred.set()
        self._moved.set()
        if self._closing is None and self._session is not None and self._session.outbox.is_over:
            # A client that does not read would keep what waits for it in our memory for ever.
            loop = asyncio.get_running_loop()
            self._closing = loop.call_later(CLOSE_SECONDS, self.abort)

    def abort(self) -> None:
        """Ends the connection without a word."""
        cut = self._socket.scope.get("extensions", {}).get(ABORT)
        if cut is not None:
            cut()

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
            await asyncio.Event().wait()  # until the writer has said so

    async def _until_listening(self, session: ConvexSession) -> None:
        while not session.is_listening and not session.outbox.is_over:
            self._moved.clear()  # what ends a call also writes its answer, and so moves this on
            await self._moved.wait()

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
        except KeyServerUnavailable:
            session.unverifiable()
        except Refusal as refusal:
            session.rejected(refusal.message())
        else:
            session.verified(caller(identity))
            asyncio.get_running_loop().call_later(CONFIRM_SECONDS, session.confirm)

    async def _write(self, session: ConvexSession) -> None:
        with contextlib.suppress(*GONE):
            while not await self._write_next(session):
                pass

    async def _write_next(self, session: ConvexSession) -> bool:
        """Writes one thing; true if it was the end."""
        item = session.outbox.take()
        if item is None:
            await self._wait_or_ping()
        elif isinstance(item, End):
            await self._socket.close(item.code, item.reason)
            return True
        elif isinstance(item, Step):
            await self._send_transition(session, item.write().decode())
            session.written(item)
        else:
            await self._send(item.json.decode())
        return False

    async def _wait_or_ping(self) -> None:
        self._stirred.clear()
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._stirred.wait()
        except TimeoutError:
            await self._send(frames.PING.decode())

    async def _send_transition(self, session: ConvexSession, text: str) -> None:
        if not self._chunked or len(text) <= frames.CHUNK_ABOVE:
            await self._send(text)
            return
        for piece in frames.chunks(text, str(id(text))):
            await self._send(piece)
            session.progressed()

    async def _send(self, text: str) -> None:
        await self._socket.send_text(text)
