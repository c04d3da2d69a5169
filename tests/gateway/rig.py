"""The whole system in one test's loop: real services on real servers, a gateway, and the local sign-in."""

from __future__ import annotations

import asyncio
import importlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc

from cli.dev.issuer import LocalIssuer
from cli.dev.issuer_server import application
from cli.dev.keys import KeyRing
from gateway.http import HttpServer, listen
from gateway.live.limits import Limits
from gateway.main import GatewayProcess
from gateway.methods import UPSTREAMS
from gateway.settings import GatewaySettings
from runtime.server import ServiceProcess
from tests.gateway.live_client import LiveStream

Metadata = tuple[tuple[str, str], ...]


class Rig:
    """A running system; everything in it can be stopped and started again."""

    def __init__(self, folder: Path, nats_url: str, database: Callable[[str], str]) -> None:
        self.keys = KeyRing(folder / "keys")
        self.home = folder / "home"
        self.services: dict[str, ServiceProcess] = {}
        self.gateways: list[GatewayProcess] = []
        self.nats_url = nats_url
        self._database = database
        self._databases: dict[str, str] = {}
        self._ports = dict.fromkeys(UPSTREAMS, 0)
        self._numbers = itertools.count(7001)
        self._channels: dict[int, grpc.aio.Channel] = {}
        self._issuer_server: HttpServer | None = None
        self._issuer_task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Starts the sign-in, the services and one gateway."""
        self.keys.ensure()
        self._start_issuer()
        for service in UPSTREAMS:
            await self.start_service(service)
        await self.start_gateway()

    async def close(self) -> None:
        """Stops everything."""
        for channel in self._channels.values():
            await channel.close()
        for gateway in self.gateways:
            await gateway.stop()
        for service in tuple(self.services):
            await self.stop_service(service)
        assert self._issuer_server is not None
        assert self._issuer_task is not None
        self._issuer_server.should_exit = True
        await self._issuer_task

    async def start_service(self, name: str) -> None:
        """Starts a service, where it was before if it was stopped."""
        service = importlib.import_module(f"services.{name}.main").SERVICE
        if name not in self._databases:
            self._databases[name] = self._database(name)
        more = {"catalog_address": self._address("catalog")} if name == "planner" else {}
        settings = service.settings(
            grpc_port=self._ports[name],
            database_url=self._databases[name],
            **self._common(name),
            **more,
        )
        process = ServiceProcess(service, settings)
        await process.start()
        self.services[name] = process
        self._ports[name] = process.port

    async def stop_service(self, name: str) -> None:
        """Stops a service."""
        await self.services.pop(name).stop()

    async def start_gateway(self, *, limits: Limits | None = None, **more: Any) -> GatewayProcess:
        """Starts another gateway; `more` are settings."""
        values: dict[str, Any] = {
            "port": 0,
            "issuers": self.issuer.url,
            **{f"{service}_address": self._address(service) for service in UPSTREAMS},
            **self._common("gateway"),
            **more,
        }
        gateway = GatewayProcess(GatewaySettings(**values), limits)
        await gateway.start()
        self.gateways.append(gateway)
        return gateway

    def database(self, service: str) -> str:
        """The address of a service's database."""
        return self._databases[service]

    def section(self) -> int:
        """A class number no other test uses."""
        return next(self._numbers)

    def sections(self, count: int) -> list[int]:
        """Class numbers no other test uses."""
        return [self.section() for _ in range(count)]

    def student(self) -> str:
        """A user no other test uses."""
        return f"student-{next(self._numbers)}"

    def channel(self, gateway: int = 0) -> grpc.aio.Channel:
        """A channel to a gateway."""
        if gateway not in self._channels:
            self._channels[gateway] = grpc.aio.insecure_channel(self.address(gateway))
        return self._channels[gateway]

    def address(self, gateway: int = 0) -> str:
        """Where a gateway's gRPC is."""
        return f"127.0.0.1:{self.gateways[gateway].grpc_port}"

    def signed_in(self, user: str, *, admin: bool = False, ttl: float = 3600) -> Metadata:
        """The metadata of a user's calls."""
        return (("authorization", f"Bearer {self.issuer.mint(user, admin=admin, ttl=ttl)}"),)

    def live(self, user: str = "", *, admin: bool = False, gateway: int = 0, ttl: float = 3600) -> LiveStream:
        """A live stream of a user, or of nobody."""
        metadata = self.signed_in(user, admin=admin, ttl=ttl) if user else ()
        return LiveStream(self.channel(gateway), metadata)

    def _start_issuer(self) -> None:
        socket = listen("127.0.0.1", 0)
        self.issuer = LocalIssuer.start(self.home, f"http://127.0.0.1:{socket.getsockname()[1]}")
        self._issuer_server = HttpServer(application(self.issuer))
        self._issuer_task = asyncio.create_task(self._issuer_server.serve([socket]))

    def _address(self, service: str) -> str:
        return f"127.0.0.1:{self._ports[service]}"

    def _common(self, process: str) -> dict[str, Any]:
        return {
            "nats_url": self.nats_url,
            "signing_key_file": self.keys.private(process),
            "trusted_keys_file": self.keys.trusted,
            "drain_seconds": 0.5,
        }
