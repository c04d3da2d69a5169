"""Calls to another service: as whom, until when, and with what it read added to what this call read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import grpc
from albertplus.live.v1 import read_set_pb2

from runtime.auth import PRINCIPAL_KEY, Signer
from runtime.context import current_call
from runtime.interceptors import REQUEST_ID_KEY
from runtime.methods import Methods
from runtime.reads import READS_KEY
from runtime.tls import Tls

_REPEAT_AFTER = (0.05, 0.1, 0.2, 0.4)
_RESERVE = 0.02
"""Seconds kept back from the caller's deadline for answering it."""

CHANNEL_OPTIONS: Sequence[tuple[str, Any]] = (
    # Read sets travel in metadata: above gRPC's default soft limit of 8 KiB calls fail at random.
    ("grpc.max_metadata_size", 64 * 1024),
    ("grpc.absolute_max_metadata_size", 128 * 1024),
    ("grpc.max_receive_message_length", 32 * 1024 * 1024),
    ("grpc.max_send_message_length", 8 * 1024 * 1024),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.service_config", json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})),
)


def target(addresses: Sequence[str]) -> str:
    """The gRPC target for one or more ``host:port``: a name is resolved, several addresses are all used."""
    if len(addresses) == 1:
        return f"dns:///{addresses[0]}"
    return "ipv4:" + ",".join(addresses)


def connect(
    addresses: Sequence[str], callee: str, signer: Signer, tls: Tls | None = None
) -> grpc.aio.Channel:
    """A channel to service `callee` for calls made while handling a call."""
    interceptor = _NestedCall(callee, signer)
    return channel(addresses, callee, tls, [interceptor])


def channel(
    addresses: Sequence[str],
    callee: str,
    tls: Tls | None = None,
    interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
) -> grpc.aio.Channel:
    """A channel to the replicas of service `callee`; with `tls` each has to prove that it is one."""
    to, around = target(addresses), list(interceptors)
    if tls is None:
        return grpc.aio.insecure_channel(to, options=CHANNEL_OPTIONS, interceptors=around)
    options = (*CHANNEL_OPTIONS, ("grpc.ssl_target_name_override", callee))
    return grpc.aio.secure_channel(to, tls.channel_credentials(), options=options, interceptors=around)


class _NestedCall(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, callee: str, signer: Signer) -> None:
        self._callee = callee
        self._signer = signer

    async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        current = current_call()
        metadata = grpc.aio.Metadata(*(details.metadata or ()))
        # Not `current.principal`: only a nested handler that looks at who calls makes the result personal.
        metadata[PRINCIPAL_KEY] = self._signer.assertion(current.caller, self._callee, current.assertion)
        metadata[REQUEST_ID_KEY] = current.request_id
        for pause in (*_pauses(details.method), None):
            timeout = max(0.001, current.time_left() - _RESERVE)
            call = await continuation(
                grpc.aio.ClientCallDetails(
                    details.method,
                    min(details.timeout or timeout, timeout),
                    metadata,
                    details.credentials,
                    None,
                ),
                request,
            )
            code = await call.code()
            if code is not grpc.StatusCode.UNAVAILABLE or pause is None:
                break
            await asyncio.sleep(pause)
        packed = dict(await call.trailing_metadata() or ()).get(READS_KEY)
        if isinstance(packed, bytes):
            current.reads.merge(read_set_pb2.ReadSet.FromString(packed))
        elif code is not grpc.StatusCode.OK:
            current.reads.add_failed(self._callee)
        return call


@cache
def _pauses(method: bytes | str) -> tuple[float, ...]:
    """How long to wait before each repeat of a call that nobody answered: only queries are repeated."""
    name = method.decode() if isinstance(method, bytes) else method
    service = name.strip("/").partition("/")[0]
    found = Methods((service,)).find(name.strip("/"))
    return _REPEAT_AFTER if found is not None and found.is_query else ()
