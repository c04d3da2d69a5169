"""Hearing of facts: a durable consumer of JetStream that loses none of them.

All replicas of a service share one consumer, so each fact is handled by one of them, at least once: it is
acknowledged after the handler's commit. What fails is tried again, later and later; what cannot be handled at
all is parked in the table `parked_facts` and counted. A broker that comes back empty gets stream and
consumer anew; whether something was lost with it, whoever told the fact must find out.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import orjson
import psycopg
import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from prometheus_client import Counter

from runtime.auth import Principal
from runtime.bus import FACTS, Bus
from runtime.context import Call, enter
from runtime.db import Database
from runtime.facts import STREAM, ensure_facts
from runtime.ids import new_id
from runtime.refusal import Refusal
from runtime.tasks import end

log = structlog.get_logger()

handled = Counter("albertplus_facts_handled", "Facts handled.", ["consumer", "outcome"])

Subscription = JetStreamContext.PullSubscription
_BATCH = 20
_WAIT = 5.0
"""How long to wait for a fact before looking whether the broker still knows the consumer."""
_RETRY = 0.5
_HANDLING = 20.0
_ACK_WAIT = 60.0
_LONGEST_PAUSE = 60.0
_ATTEMPTS = 10
"""How often a fact is tried that fails for a reason other than something being away."""
_AWAY = (psycopg.OperationalError, grpc.RpcError, TimeoutError, OSError)
_PARK = "insert into parked_facts (consumer, subject, payload, problem) values (%s, %s, %s, %s)"


class Malformed(ValueError):
    """A fact does not say what its kind has to say."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened."""

    name: str
    """The CloudEvent's type, ``albertplus.identity.UserDeleted``."""
    subject: str
    data: dict[str, Any]

    @classmethod
    def read(cls, payload: bytes) -> Fact:
        """The fact in a message. Raises Malformed."""
        try:
            event = orjson.loads(payload)
            name, subject, data = event["type"], event["subject"], event["data"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise Malformed(f"not a fact: {error}") from error
        if not (isinstance(name, str) and isinstance(subject, str) and isinstance(data, dict)):
            raise Malformed("not a fact: type, subject or data is of another kind")
        return cls(name, subject, data)

    def text(self, name: str) -> str:
        """A text that `data` has to hold. Raises Malformed."""
        value = self.data.get(name)
        if not isinstance(value, str) or not value or "\0" in value:
            raise Malformed(f"{self.name} has no {name}")
        return value


Handle = Callable[[Fact], Awaitable[None]]


class Consumer:
    """The background task that hands facts of one kind to a handler."""

    def __init__(self, db: Database, bus: Bus, name: str, facts: str, handle: Handle) -> None:
        """`name` is the same in all replicas, `facts` as in ``identity.UserDeleted.*``.

        The handler may be called again for what it has done already. It raises Malformed for what no
        repetition will mend.
        """
        self._db = db
        self._bus = bus
        self._name = name
        self._subjects = f"{FACTS}.{facts}"
        self._handle = handle
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts the task."""
        self._task = asyncio.create_task(self._loop(), name=self._name)

    async def stop(self) -> None:
        """Ends the task; a fact that was being handled will come again."""
        if self._task is not None:
            await end(self._task)

    async def _loop(self) -> None:
        await self._bus.wait_connected()
        while True:
            with contextlib.suppress(TimeoutError):
                try:
                    await self._consume(await self._subscribe())
                except (NatsError, OSError) as error:
                    log.warning("no facts are heard", consumer=self._name, error=str(error))
            await asyncio.sleep(_RETRY)

    async def _subscribe(self) -> Subscription:
        jetstream = self._bus.jetstream()
        await ensure_facts(jetstream)
        config = ConsumerConfig(
            durable_name=self._name,
            filter_subject=self._subjects,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=_ACK_WAIT,
            max_deliver=-1,
            max_ack_pending=_BATCH * 10,
        )
        await jetstream.add_consumer(STREAM, config)
        return await jetstream.pull_subscribe_bind(self._name, STREAM)

    async def _consume(self, subscription: Subscription) -> None:
        """Handles what comes until the broker says that something is wrong."""
        try:
            while True:
                for message in await _fetch(subscription):
                    await self._take(message)
        finally:
            with contextlib.suppress(NatsError, OSError):
                await subscription.unsubscribe()

    async def _take(self, message: Msg) -> None:
        tries = message.metadata.num_delivered or 1
        try:
            enter(_call(self._name))
            async with asyncio.timeout(_HANDLING):
                await self._handle(Fact.read(message.data))
        except Malformed as error:
            await self._park(message, error)
        except Exception as error:  # whatever it is, the fact is not to be lost
            lasting = not isinstance(error, _AWAY) and not _passes(error)
            if lasting and tries >= _ATTEMPTS:
                await self._park(message, error)
            else:
                await self._later(message, tries, error)
        else:
            handled.labels(self._name, "done").inc()
            await message.ack()

    async def _later(self, message: Msg, tries: int, error: BaseException) -> None:
        handled.labels(self._name, "failed").inc()
        pause = min(_LONGEST_PAUSE, 0.25 * 2 ** min(tries, 10))
        log.warning("a fact will be tried again", consumer=self._name, tries=tries, error=str(error))
        await message.nak(delay=pause)

    async def _park(self, message: Msg, error: BaseException) -> None:
        """Keeps a fact that cannot be handled for people to look at, and takes it off the stream."""
        log.error("a fact was parked", consumer=self._name, subject=message.subject, error=str(error))
        try:
            async with self._db.connections.one() as connection:
                values = [self._name, message.subject, message.data, f"{type(error).__name__}: {error}"]
                await connection.execute(_PARK, values)
        except (psycopg.Error, Refusal) as away:
            await self._later(message, message.metadata.num_delivered or 1, away)
            return
        handled.labels(self._name, "parked").inc()
        await message.ack()


async def _fetch(subscription: Subscription) -> list[Msg]:
    """What has come. Raises NatsError when the broker does not know the consumer any more."""
    try:
        return await subscription.fetch(_BATCH, timeout=_WAIT)
    except TimeoutError:
        await subscription.consumer_info()
        return []


def _call(consumer: str) -> Call:
    """What a handler works as: one of our own processes, without an idempotency key."""
    return Call(
        method=f"consumer {consumer}",
        caller=Principal.service(consumer),
        request_id=new_id(),
        deadline=time.monotonic() + _HANDLING,
    )


def _passes(error: BaseException) -> bool:
    """Whether a refusal is one that passes by itself."""
    return isinstance(error, Refusal) and error.retry_after is not None
