"""The system that is measured: `albertplus dev`'s own parts with two gateways, and the empty server."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from cli.dev.home import Home, opened
from cli.dev.issuer import LocalIssuer
from cli.dev.layout import Gateway, Layout
from cli.dev.ports import free_ports
from cli.dev.postgres import Postgres
from cli.dev.program import Program
from cli.dev.settings import gateway_settings, service_settings
from cli.dev.system import System
from runtime.auth import PRINCIPAL_KEY, Kind, Principal, Signer
from runtime.migrate import migrate

ROOT = Path(__file__).resolve().parents[2]
Metadata = list[tuple[str, str]]
_TEMPLATE = "bench_template"


class Measured:
    """A running system and how to reach its parts."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.home = system.home.path
        self.catalog_dsn = system.databases["catalog"]
        self.planner_dsn = system.databases["planner"]
        self.catalog, self.planner = (system.layout.addresses(name)[0] for name in ("catalog", "planner"))
        self.writing, self.reading = (f"127.0.0.1:{each.grpc}" for each in system.layout.gateways)
        self.reading_pages = f"127.0.0.1:{system.layout.gateways[1].http}"
        """Where the reading gateway serves web pages."""
        self.nats_url = system.nats.url()
        self._pids = {server.process.name: server.process.pid for server in system.servers}
        self._issuer = LocalIssuer.load(self.home)
        self._tokens: dict[str, str] = {}
        self.empty = self.broadcast = ""
        """Where the servers of floors are, once started."""

    def pids(self, **names: str) -> dict[str, int]:
        """The processes with these names, by the names that figures give them."""
        return {shown: self._pids[name] for shown, name in names.items()}

    def all_pids(self) -> dict[str, int]:
        """All that take part in an update."""
        gateways = {"reading gateway": "gateway-2", "writing gateway": "gateway"}
        others = {name: name for name in ("catalog", "planner", "PostgreSQL", "NATS")}
        return self.pids(**gateways, **others)

    def administrator(self) -> Metadata:
        """Metadata of an administrator's calls to a gateway."""
        token = self._issuer.mint("bench", admin=True)
        return [("authorization", f"Bearer {token}")]

    def token(self, user: str) -> str:
        """A token of a user, the same each time."""
        if user not in self._tokens:
            self._tokens[user] = self._issuer.mint(user)
        return self._tokens[user]

    def vouched(self, service: str = "catalog", user: str = "bench") -> Metadata:
        """Metadata of a gateway's calls to a service, for a signed-in user; valid for a minute."""
        signer = Signer.from_file("gateway", self._system.keys.private("gateway"))
        return [(PRINCIPAL_KEY, signer.assertion(Principal(user, Kind.USER), service))]

    def fresh_database(self, name: str) -> str:
        """The address of a new database with catalog's tables, empty; one of the same name is replaced."""
        make = "CREATE DATABASE {} TEMPLATE {} OWNER catalog"
        with psycopg.connect(self._system.postgres.dsn(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone():
                connection.execute(_named(make, _TEMPLATE, "template1"))
                migrate("catalog", self._system.postgres.dsn(_TEMPLATE, "catalog"))
            connection.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
            connection.execute(_named(make, name, _TEMPLATE))
        return self._system.postgres.dsn(name, "catalog")

    def clear_catalog(self) -> None:
        """Takes every course and section out of the running catalog."""
        with psycopg.connect(self.catalog_dsn) as connection:
            connection.execute("truncate courses, offerings, search_words")

    @contextlib.asynccontextmanager
    async def floors(self) -> AsyncIterator[None]:
        """With the servers of floors: one whose calls do nothing, and one that only sends."""
        on_its_own = service_settings(self._system, "catalog", 0)
        on_its_own |= {"ALBERTPLUS_DATABASE_URL": self.fresh_database("bench_empty")}
        empty = self._program("empty", on_its_own, ("tests.bench.empty",))
        broadcast = self._program("broadcast", {}, ("tests.bench.broadcast",))
        async with self._started(empty, broadcast):
            self.empty = f"127.0.0.1:{_said(empty)['grpc_port']}"
            self.broadcast = f"127.0.0.1:{_said(broadcast)['http_port']}"
            yield

    @contextlib.asynccontextmanager
    async def fresh_gateway(self) -> AsyncIterator[tuple[str, int]]:
        """One more gateway that has served nobody: where it serves web pages, and its process."""
        settings = gateway_settings(self._system, Gateway(*free_ports(3)))
        gateway = self._program("gateway-3", settings, ("cli.main", "run"), "gateway")
        async with self._started(gateway):
            yield f"127.0.0.1:{_said(gateway)['http_port']}", gateway.process.pid

    def _program(
        self, name: str, settings: Mapping[str, str], module: tuple[str, ...], command: str = ""
    ) -> Program:
        home = self._system.home
        return Program(name, command, settings, home.log(name), home.path / "ready", module)

    @contextlib.asynccontextmanager
    async def _started(self, *programs: Program) -> AsyncIterator[None]:
        try:
            await asyncio.gather(*(program.start() for program in programs))
            self._pids |= {program.name: program.process.pid for program in programs}
            yield
        finally:
            await asyncio.gather(*(program.stop() for program in programs))


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Measured]:
    """One of each service, two gateways and the floors, on free ports, in a temporary folder."""
    with opened(ephemeral=True) as home:
        system = _system(home)
        try:
            await system.start()
            measured = Measured(system)
            async with measured.floors():
                yield measured
        finally:
            await system.stop()


def _said(program: Program) -> dict[str, int]:
    said: dict[str, int] = json.loads((program.ready_folder / f"{program.name}.json").read_text())
    return said


def _system(home: Home) -> System:
    layout = Layout.at(0, 2)
    one_each = {name: ports[:1] for name, ports in layout.services.items()}
    system = System(home, dataclasses.replace(layout, services=one_each))
    # As ever, but it remembers when each transaction committed: where "commit → update" begins.
    remembers = {"track_commit_timestamp": "on"}
    system.postgres = Postgres(home.path / "postgres", log=home.log("postgres"), settings=remembers)
    home.start_logs()
    return system


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
