"""What every process with a gRPC server does alike: bind, say that it is ready, run until told to stop."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import grpc

from runtime.settings import ProcessSettings
from runtime.tls import Tls

IDENTITY_ONLY = 1
"""The bit of messages that are not compressed: what is not unpacked is no bomb."""


def server_options(settings: ProcessSettings) -> Sequence[tuple[str, Any]]:
    """What a gRPC server of ours accepts."""
    return (
        ("grpc.max_receive_message_length", settings.grpc_max_request_bytes),
        ("grpc.max_send_message_length", 32 * 1024 * 1024),
        ("grpc.compression_enabled_algorithms_bitset", IDENTITY_ONLY),
        ("grpc.max_metadata_size", settings.grpc_max_metadata_bytes),
        ("grpc.absolute_max_metadata_size", 2 * settings.grpc_max_metadata_bytes),
        ("grpc.max_concurrent_streams", settings.grpc_max_streams),
        ("grpc.http2.min_ping_interval_without_data_ms", int(settings.grpc_min_ping_seconds * 1000)),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", int(settings.grpc_min_ping_seconds * 1000)),
        ("grpc.http2.max_ping_strikes", 2),
        ("grpc.server_handshake_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.so_reuseport", 0),
    )


def bind(server: grpc.aio.Server, host: str, port: int, tls: Tls | None = None) -> int:
    """Binds a gRPC server; `tls` asks for certificates. Raises OSError saying that the port is taken."""
    address = f"{host}:{port}"
    try:
        if tls is None:
            bound = server.add_insecure_port(address)
        else:
            bound = server.add_secure_port(address, tls.server_credentials())
    except RuntimeError as error:
        raise OSError(f"port {port} on {host} is in use") from error
    if bound == 0:
        raise OSError(f"port {port} on {host} is in use")
    return bound


async def run_until_stopped(
    start: Callable[[], Any], stop: Callable[[], Any], ready: Callable[[], None]
) -> None:
    """Starts a process, says when it is ready, waits for SIGTERM or SIGINT, and stops it."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        await start()
        spare_garbage_collection()
        ready()
        await stopping.wait()
    finally:
        await stop()


def spare_garbage_collection() -> None:
    """Lets the collector of reference cycles look less often, and not at what stays for ever.

    It stops the process for as long as it looks. Hardly anything here is a cycle, and telling a thousand
    clients of one change makes enough objects for it to look at all sessions several times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def write_ready_file(path: Path | None, ports: dict[str, int]) -> None:
    """Tells whoever started this process that it is ready, and on which ports."""
    if path is None:
        return
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({**ports, "pid": os.getpid()}))
    partial.replace(path)
