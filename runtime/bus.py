"""The broker: a connection that comes and goes by itself.

Nothing here is trusted for completeness: what could not be published is counted, and whoever listens finds
out from the changelog in the database (`runtime.changes`).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from runtime.tls import Tls

log = structlog.get_logger()

CHANGES = "albertplus.changes"
WRITES = "albertplus.writes"
FACTS = "albertplus.facts"
_RECONNECT_SECONDS = 0.1


class Bus:
    """One process's connection to NATS."""

    def __init__(self, urls: str, name: str, tls: Tls | None = None) -> None:
        """`urls` is one ``nats://`` address or several, separated by commas."""
        self._urls = [url.strip() for url in urls.split(",")]
        self._name = name
        self._tls = tls.context() if tls is not None else None
        self._client = Client()
        self._connecting: asyncio.Task[None] | None = None
        self.lost = 0
        """How many messages could not be handed to the broker."""

    @property
    def connected(self) -> bool:
        """Whether the broker can be reached just now."""
        return self._client.is_connected

    @property
    def client(self) -> Client:
        """The NATS client, for subscriptions; connected or not."""
        return self._client

    def jetstream(self) -> JetStreamContext:
        """JetStream over this connection, with an acknowledgement timeout that survives a broker restart."""
        return self._client.jetstream(timeout=0.5)

    def start(self) -> None:
        """Connects in the background, for as long as it takes."""
        self._connecting = asyncio.create_task(self._connect())

    async def wait_connected(self) -> None:
        """Returns when the first connection stands."""
        if self._connecting is not None:
            await asyncio.shield(self._connecting)

    async def _connect(self) -> None:
        while True:
            try:
                await self._client.connect(
                    self._urls,
                    name=self._name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RECONNECT_SECONDS,  # type: ignore[arg-type]  # a float is fine
                    connect_timeout=2,
                    ping_interval=5,
                    max_outstanding_pings=2,
                    error_cb=self._on_error,
                    disconnected_cb=self._on_disconnect,
                    reconnected_cb=self._on_reconnect,
                    pending_size=8 * 1024 * 1024,
                    tls=self._tls,
                )
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("broker not reached yet", error=str(error))
                await asyncio.sleep(0.5)
            else:
                return

    async def publish(self, subject: str, payload: bytes) -> None:
        """Hands a message to the broker without waiting for it; counts it as lost when it cannot."""
        if not self.connected:
            self.lost += 1
            return
        try:
            await self._client.publish(subject, payload)
        except (NatsError, OSError) as error:
            self.lost += 1
            log.warning("message not published", subject=subject, error=str(error))

    async def close(self) -> None:
        """Sends what is waiting, then closes."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._client.is_connected:
            try:
                await asyncio.wait_for(self._client.flush(), 1)
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("broker left with unsent messages", error=str(error))
        if not self._client.is_closed:  # a client that is reconnecting may wait for its broker for ever
            with contextlib.suppress(NatsError, OSError, TimeoutError):
                await asyncio.wait_for(self._client.close(), 1)

    async def _on_error(self, error: Exception) -> None:
        log.debug("broker", error=str(error))

    async def _on_disconnect(self) -> None:
        log.warning("broker connection lost")

    async def _on_reconnect(self) -> None:
        log.info("broker connected again")


async def ensure_stream(jetstream: JetStreamContext, name: str, subjects: list[str], **options: Any) -> None:
    """Creates the stream when there is none, or brings an older one up to date."""
    await jetstream.add_stream(name=name, subjects=subjects, **options)
