"""Hearing from the broker what the services have committed.

The broker is trusted for speed, never for completeness: a message that is lost, doubled, late or unreadable
shows as a gap or as silence, and the live core then asks the service itself. So nothing here retries or
remembers messages.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import nats
import structlog
from albertplus.live.v1 import change_pb2, read_set_pb2
from google.protobuf.message import DecodeError
from nats.aio.client import Client
from nats.aio.msg import Msg

from gateway import metrics
from runtime.tasks import end
from runtime.tls import Tls

CHANGES = "albertplus.changes.*"
WRITES = "albertplus.writes.*"
RETRY_SECONDS = 0.2
CLOSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class ChangeFeed:
    """A subscription to every service's writes and change bundles that outlives the broker's restarts.

    Writes come first, right after their commit; the change bundles are what shows that one was lost.
    """

    def __init__(
        self,
        urls: str,
        heard: Callable[[change_pb2.ChangeBundle], None],
        wrote: Callable[[tuple[read_set_pb2.WriteSet, ...]], None],
        *,
        tls: Tls | None = None,
    ) -> None:
        self._tls = tls.context() if tls is not None else None
        self._urls = [url.strip() for url in urls.split(",")]
        self._heard = heard
        self._wrote = wrote
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._subscribed = asyncio.Event()

    @property
    def subscribed(self) -> bool:
        """Whether the broker has ever confirmed the subscription."""
        return self._subscribed.is_set()

    def start(self) -> None:
        """Begins to connect, for as long as it takes."""
        self._task = asyncio.create_task(self._stay_subscribed(), name="change feed")

    async def wait_subscribed(self, timeout: float) -> bool:
        """True once the broker has confirmed the subscription; False if that takes longer than `timeout`."""
        try:
            await asyncio.wait_for(self._subscribed.wait(), timeout)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Stops listening."""
        if self._task is not None:
            await end(self._task)
        await self._close_client()

    async def _close_client(self) -> None:
        """Closes the connection; one that is broken may be waiting for its broker for ever."""
        if self._client is not None:
            with contextlib.suppress(TimeoutError, nats.errors.Error, OSError):
                await asyncio.wait_for(self._client.close(), CLOSE_SECONDS)

    async def _stay_subscribed(self) -> None:
        while True:
            closed = asyncio.Event()
            try:
                await self._subscribe(closed)
                self._subscribed.set()
                await closed.wait()  # the client reconnects by itself; it closes only when it is turned away
            except (OSError, nats.errors.Error) as error:
                log.warning("broker refused", error=str(error))
            await self._close_client()
            await asyncio.sleep(RETRY_SECONDS)

    async def _subscribe(self, closed: asyncio.Event) -> None:
        async def on_closed() -> None:
            closed.set()

        self._client = await nats.connect(
            self._urls,
            name="gateway",
            max_reconnect_attempts=-1,
            reconnect_time_wait=RETRY_SECONDS,
            connect_timeout=2,
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=_on_error,
            disconnected_cb=_on_disconnected,
            closed_cb=on_closed,
            tls=self._tls,
        )
        await self._client.subscribe(CHANGES, cb=self._on_changes)
        await self._client.subscribe(WRITES, cb=self._on_write)
        await self._client.flush(timeout=2)

    async def _on_write(self, message: Msg) -> None:
        try:
            write = read_set_pb2.WriteSet.FromString(message.data)
        except DecodeError:
            metrics.unreadable_bundles.inc()  # it comes again with the changes
            return
        self._wrote((write,))

    async def _on_changes(self, message: Msg) -> None:
        try:
            bundle = change_pb2.ChangeBundle.FromString(message.data)
        except DecodeError:
            metrics.unreadable_bundles.inc()  # the next bundle's sequence number shows the gap
            return
        self._heard(bundle)


async def _on_error(error: Exception) -> None:
    log.debug("broker", error=repr(error))


async def _on_disconnected() -> None:
    log.info("broker connection ended; without one the services themselves are asked")
