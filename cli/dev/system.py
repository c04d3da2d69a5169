"""The local system as a whole: what can start in parallel does, and everything stops in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from cli.dev.databases import create_service_database
from cli.dev.home import Home
from cli.dev.keys import KeyRing
from cli.dev.layout import SERVICES, Layout
from cli.dev.nats import Nats
from cli.dev.postgres import Postgres
from cli.dev.program import Program, Server
from cli.dev.schema import migrate_if_needed
from cli.dev.settings import gateway_settings, issuer_settings, service_settings

_Answer = TypeVar("_Answer")


class System:
    """All processes of one home folder."""

    def __init__(self, home: Home, layout: Layout) -> None:
        self.home = home
        self.layout = layout
        self.keys = KeyRing(home.path / "keys")
        self.postgres = Postgres(home.path / "postgres", log=home.log("postgres"), port=layout.postgres)
        self.nats = Nats(home.path / "nats", log=home.log("nats"), port=layout.nats)
        self.databases: dict[str, str] = {}
        self.programs: list[Program] = []

    @property
    def servers(self) -> list[Server]:
        """Everything that is kept running."""
        return [self.postgres, self.nats, *self.programs]

    async def start(self) -> None:
        """Start everything and return when all of it is ready. Refuses with the first thing that fails."""
        await _together(self._prepare_storage(), self.nats.start(), asyncio.to_thread(self.keys.ensure))
        self.programs = [*self._services(), *self._gateways(), self._issuer()]
        await _together(*(program.start() for program in self.programs))

    async def stop(self) -> None:
        """Stop the gateways first, so that nobody asks a service that is gone; the stores last."""
        gateways = [program for program in self.programs if program.command == "gateway"]
        others = [program for program in self.programs if program.command != "gateway"]
        stores: list[Server] = [self.nats, self.postgres]
        for wave in (gateways, others, stores):
            await asyncio.gather(*(server.stop() for server in wave))

    def kill(self) -> None:
        """End everything at once. Nothing that was answered is lost: PostgreSQL recovers."""
        for server in self.servers:
            server.kill()

    async def _prepare_storage(self) -> None:
        await self.postgres.start()
        self.databases = await asyncio.to_thread(self._prepare_databases)

    def _prepare_databases(self) -> dict[str, str]:
        return migrate_if_needed(
            self.home.path / "schema.json",
            {service: create_service_database(self.postgres, service) for service in SERVICES},
            self.postgres.identity(),
        )

    def _services(self) -> Iterable[Program]:
        for service, ports in self.layout.services.items():
            for replica, port in enumerate(ports, 1):
                yield self._program(service, replica, service_settings(self, service, port))

    def _gateways(self) -> Iterable[Program]:
        for replica, gateway in enumerate(self.layout.gateways, 1):
            yield self._program("gateway", replica, gateway_settings(self, gateway))

    def _issuer(self) -> Program:
        return self._program("issuer", 1, issuer_settings(self))

    def _program(self, command: str, replica: int, settings: dict[str, str]) -> Program:
        name = command if replica == 1 else f"{command}-{replica}"
        return Program(name, command, settings, self.home.log(name), self.home.path / "ready")


async def _together(*parts: Awaitable[object]) -> None:
    """Run all of them at once; the first failure ends the others and is raised as it is."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
