"""The three services as the gateway calls them.

Requests and responses stay bytes; the read and write sets in the trailing metadata are taken out. A call
never raises for what a service answers: an error is an answer too, with a read set of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import grpc
import structlog
from albertplus.live.v1 import live_source_pb2, read_set_pb2
from google.protobuf.message import DecodeError
from google.rpc import status_pb2

from runtime.auth import ANONYMOUS, PRINCIPAL_KEY, Principal, Signer
from runtime.client import channel
from runtime.ids import new_id
from runtime.interceptors import IDEMPOTENCY_KEY, REQUEST_ID_KEY
from runtime.methods import Method
from runtime.reads import READS_KEY, WRITES_KEY
from runtime.status import CODES, DETAILS_KEY, error_info
from runtime.tls import Tls

QUERY_TIMEOUT = 10.0
MUTATION_TIMEOUT = 20.0
CONNECT_SECONDS = 2.0
ATTEMPTS = 4
FIRST_PAUSE = 0.02
CHANGES = "/albertplus.live.v1.LiveSource/Changes"
MAX_CHANGES = 2_000
READY = grpc.ChannelConnectivity.READY

log = structlog.get_logger(__name__)

Metadata = tuple[tuple[str, str | bytes], ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call to a service: what, for whom, and how it may be repeated."""

    method: Method
    request: bytes
    principal: Principal = ANONYMOUS
    request_id: str = field(default_factory=new_id)
    idempotency_key: str | None = None
    timeout: float = QUERY_TIMEOUT

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method.is_query or self.idempotency_key is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: a response or an error, and what it read or wrote."""

    response: bytes | None
    error: status_pb2.Status | None
    reads: read_set_pb2.ReadSet | None = None
    writes: tuple[read_set_pb2.WriteSet, ...] = ()

    @property
    def code(self) -> grpc.StatusCode:
        """OK, or what kind of error it is."""
        if self.error is None:
            return grpc.StatusCode.OK
        return CODES.get(self.error.code, grpc.StatusCode.UNKNOWN)

    @property
    def outcome_known(self) -> bool:
        """False if the service may or may not have done what it was asked.

        Every error that a service decided on carries an ErrorInfo; one without comes from the connection.
        """
        if self.error is None:
            return True
        return self.error.code not in _UNKNOWN_OUTCOME and error_info(self.error) is not None


_UNAVAILABLE = grpc.StatusCode.UNAVAILABLE.value[0]
_UNKNOWN_OUTCOME = frozenset((_UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED.value[0]))


class Upstream:
    """Channels to every replica of every service."""

    def __init__(
        self, addresses: Mapping[str, Sequence[str]], signer: Signer, tls: Tls | None = None
    ) -> None:
        self._signer = signer
        self._channels = {service: channel(replicas, service, tls) for service, replicas in addresses.items()}

    async def call(self, outgoing: Outgoing) -> Answer:
        """The answer of the method's service. A call that may be repeated is, while nobody answers."""
        until = time.monotonic() + outgoing.timeout
        await _connected(self._channels[outgoing.method.service], min(CONNECT_SECONDS, outgoing.timeout))
        for attempt in range(ATTEMPTS):
            answer = await self._once(outgoing, max(0.001, until - time.monotonic()))
            if answer.error is None or answer.error.code != _UNAVAILABLE or not outgoing.repeatable:
                break
            pause = FIRST_PAUSE * 3**attempt
            if attempt == ATTEMPTS - 1 or time.monotonic() + pause >= until:
                break
            await asyncio.sleep(pause)
        return answer

    async def changes(
        self, service: str, epoch: int, since: int, timeout: float
    ) -> live_source_pb2.ChangesResponse:
        """What `service` committed after `since`. Raises grpc.RpcError."""
        send = self._channels[service].unary_unary(
            CHANGES,
            request_serializer=live_source_pb2.ChangesRequest.SerializeToString,
            response_deserializer=live_source_pb2.ChangesResponse.FromString,
        )
        request = live_source_pb2.ChangesRequest(epoch=epoch, since=since, limit=MAX_CHANGES)
        metadata = self._metadata(service, Principal.service(self._signer.name), new_id(), None)
        return await send(request, metadata=metadata, timeout=timeout)

    async def close(self) -> None:
        """Closes every channel; calls in flight are cancelled."""
        for each in self._channels.values():
            await each.close()

    async def _once(self, outgoing: Outgoing, timeout: float) -> Answer:
        method = outgoing.method
        metadata = self._metadata(
            method.service, outgoing.principal, outgoing.request_id, outgoing.idempotency_key
        )
        send: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
        send = self._channels[method.service].unary_unary(f"/{method.name}")
        call = send(outgoing.request, metadata=metadata, timeout=timeout)
        try:
            response = await call
        except grpc.aio.AioRpcError as error:
            return _refused(error)
        return Answer(response, None, *_sets(await call.trailing_metadata()))

    def _metadata(self, service: str, principal: Principal, request_id: str, key: str | None) -> Metadata:
        found: list[tuple[str, str | bytes]] = [
            (PRINCIPAL_KEY, self._signer.assertion(principal, service)),
            (REQUEST_ID_KEY, request_id),
        ]
        return (*found, (IDEMPOTENCY_KEY, key)) if key is not None else tuple(found)


async def _connected(channel: grpc.aio.Channel, seconds: float) -> None:
    """Returns when a replica is connected, or has not been for so long that the call may as well fail.

    A service that has just restarted is waited for here, also by calls that must not be sent twice.
    """
    state = channel.get_state(try_to_connect=True)
    if state is READY:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while state is not READY:
                await channel.wait_for_state_change(state)
                state = channel.get_state(try_to_connect=True)


def _refused(error: grpc.aio.AioRpcError) -> Answer:
    trailing = error.trailing_metadata()
    return Answer(None, _status(error, trailing), *_sets(trailing))


def _status(error: grpc.aio.AioRpcError, trailing: Iterable[tuple[str, str | bytes]]) -> status_pb2.Status:
    for key, value in trailing:
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                break
    # The connection's own words name addresses: they are for the log.
    log.warning("a service did not answer", code=error.code().name, problem=error.details())
    return status_pb2.Status(code=error.code().value[0], message="A service did not answer.")


def _sets(
    trailing: Iterable[tuple[str, str | bytes]],
) -> tuple[read_set_pb2.ReadSet | None, tuple[read_set_pb2.WriteSet, ...]]:
    reads = None
    writes = []
    for key, value in trailing:
        if key == READS_KEY and isinstance(value, bytes):
            reads = read_set_pb2.ReadSet.FromString(value)
        elif key == WRITES_KEY and isinstance(value, bytes):
            writes.append(read_set_pb2.WriteSet.FromString(value))
    return reads, tuple(writes)
