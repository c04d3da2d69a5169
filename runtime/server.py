"""One service process: opens what it needs, serves until told to stop, and drains."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import grpc
import structlog
from albertplus.live.v1 import live_source_pb2_grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from runtime import audit
from runtime.audit_handlers import AuditHandlers, audit_service
from runtime.auth import Signer, Verifier
from runtime.bus import Bus
from runtime.changes import LiveSourceHandlers
from runtime.client import connect
from runtime.db import Database
from runtime.facts import FactPublisher
from runtime.interceptors import CallInterceptor, Deadlines
from runtime.methods import Methods
from runtime.process import bind, run_until_stopped, server_options, write_ready_file
from runtime.relay import Relay
from runtime.settings import ServiceSettings, described
from runtime.tasks import end
from runtime.telemetry import configure_logging
from runtime.tls import Tls

log = structlog.get_logger()

LIVE_SOURCE = "albertplus.live.v1.LiveSource"
_READY_CHECK_SECONDS = 1.0


class Clients:
    """Channels to the services this one may call."""

    def __init__(self, addresses: dict[str, Sequence[str]], signer: Signer, tls: Tls | None = None) -> None:
        self._tls = tls
        self._addresses = addresses
        self._signer = signer
        self._channels: dict[str, grpc.aio.Channel] = {}

    def channel(self, service: str) -> grpc.aio.Channel:
        """The channel to `service`. Raises KeyError when the settings name no address for it."""
        if service not in self._channels:
            self._channels[service] = connect(self._addresses[service], service, self._signer, self._tls)
        return self._channels[service]

    async def close(self) -> None:
        """Closes every channel."""
        for channel in self._channels.values():
            await channel.close()


Register = Callable[[grpc.aio.Server, Database, Clients, Any], None]


class Background(Protocol):
    """Something a service does besides answering."""

    def start(self) -> None:
        """Starts it."""

    async def stop(self) -> None:
        """Ends it."""


Backgrounds = Callable[[Database, Bus, Any], Sequence[Background]]


def nothing_else(db: Database, bus: Bus, settings: Any) -> Sequence[Background]:
    """What a service does besides answering, if it says nothing of it."""
    return ()


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service different from another."""

    name: str
    rpc_services: tuple[str, ...]
    """The full names of the proto services it answers."""
    register: Register
    """Adds its handlers to the server; told last are its settings."""
    background: Backgrounds = nothing_else
    """What else it does."""
    calls: tuple[str, ...] = ()
    """The services it calls; each needs a setting ``<name>_address``."""
    settings: type[ServiceSettings] = ServiceSettings
    """What it is told; services that call others have more to be told."""


class ServiceProcess:
    """A running service."""

    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        self._service = service
        self._settings = settings
        dsn = settings.database_url.get_secret_value()
        self.db = Database(service.name, dsn, size=settings.database_connections)
        self._tls = Tls.of(settings)
        self.bus = Bus(settings.nats_url.get_secret_value(), f"albertplus-{service.name}", self._tls)
        self.relay = Relay(self.db, self.bus)
        self.sealer = audit.Sealer(self.db.connections)
        self._facts = FactPublisher(self.db, self.bus)
        signer = Signer.from_file(service.name, settings.signing_key_file)
        addresses = {name: getattr(settings, f"{name}_address") for name in service.calls}
        self._clients = Clients(addresses, signer, self._tls)
        self._background = service.background(self.db, self.bus, settings)
        verifier = Verifier(service.name, settings.trusted_keys_file)
        self._names = (*service.rpc_services, *_audit_services(service.name), LIVE_SOURCE)
        methods = Methods(self._names)
        refused = partial(audit.record_refusal, self.db.connections)
        self._server = grpc.aio.server(
            interceptors=[CallInterceptor(verifier, methods, refused, Deadlines.of(settings))],
            options=server_options(settings),
        )
        self._health = health.aio.HealthServicer()
        self._watch: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self) -> None:
        """Opens everything and serves. Raises Unavailable, or OSError when the port is taken."""
        await self.db.open()
        self.bus.start()
        self._service.register(self._server, self.db, self._clients, self._settings)
        live_source_pb2_grpc.add_LiveSourceServicer_to_server(LiveSourceHandlers(self.db), self._server)
        if _audit_services(self._service.name):
            self._server.add_generic_rpc_handlers((AuditHandlers(self.db).handler(),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)
        self.port = bind(self._server, self._settings.host, self._settings.grpc_port, self._tls)
        await self._server.start()
        self.relay.start()
        self._facts.start()
        for each in self._background:
            each.start()
        self.sealer.start()
        await self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        self._watch = asyncio.create_task(self._watch_database())
        log.info("serving", host=self._settings.host, port=self.port)

    async def stop(self) -> None:
        """Takes no new calls, lets running ones finish within the stated time, and closes everything."""
        log.info("draining", seconds=self._settings.drain_seconds)
        await self._health.enter_graceful_shutdown()
        if self._watch is not None:
            await end(self._watch)
        await self._server.stop(self._settings.drain_seconds)
        for each in self._background:
            await each.stop()
        await self.sealer.stop()
        await self.relay.stop()
        await self._facts.stop()
        await self._clients.close()
        await self.bus.close()
        await self.db.close()

    async def _watch_database(self) -> None:
        """Health says SERVING only while the database answers. The broker is needed for speed alone."""
        while True:
            await asyncio.sleep(_READY_CHECK_SECONDS)
            state = health_pb2.HealthCheckResponse.SERVING
            try:
                await self.relay.position()
            except Exception as error:  # whatever it is, we cannot serve
                log.warning("database does not answer", error=str(error))
                state = health_pb2.HealthCheckResponse.NOT_SERVING
            await self._health.set("", state)


def _audit_services(service: str) -> tuple[str, ...]:
    """The audit service of a service that has one: those of tests have none."""
    with contextlib.suppress(ImportError):
        importlib.import_module(f"albertplus.{service}.v1.audit_service_pb2")
        return (audit_service(service),)
    return ()


async def serve(service: Service, settings: ServiceSettings) -> None:
    """Runs one service until it is told to stop."""
    configure_logging(service.name, settings.log_format, settings.log_level)
    log.info("settings", settings=described(settings))
    process = ServiceProcess(service, settings)
    with contextlib.suppress(asyncio.CancelledError):
        await run_until_stopped(
            process.start,
            process.stop,
            lambda: write_ready_file(settings.ready_file, {"grpc_port": process.port}),
        )
