"""The system that is measured: `albertplus dev`'s own parts with two gateways, and the empty server."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
from psycopg import sql

from cli.dev.home import Home, opened
from cli.dev.issuer import LocalIssuer
from cli.dev.layout import Layout
from cli.dev.postgres import Postgres
from cli.dev.process import ChildProcess
from cli.dev.settings import service_settings
from cli.dev.system import System
from cli.dev.watch import FolderWatch
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
        self.catalog = system.layout.addresses("catalog")[0]
        self.writing, self.reading = (f"127.0.0.1:{each.grpc}" for each in system.layout.gateways)
        self._pids = {server.process.name: server.process.pid for server in system.servers}
        self.empty = ""
        """Where the empty server is, once started."""

    def pids(self, **names: str) -> dict[str, int]:
        """The processes with these names, by the names that figures give them."""
        return {shown: self._pids[name] for shown, name in names.items()}

    def administrator(self) -> Metadata:
        """Metadata of an administrator's calls to a gateway."""
        token = LocalIssuer.load(self.home).mint("bench", admin=True)
        return [("authorization", f"Bearer {token}")]

    def vouched(self) -> Metadata:
        """Metadata of a gateway's calls to catalog, for a signed-in user; valid for a minute."""
        signer = Signer.from_file("gateway", self._system.keys.private("gateway"))
        return [(PRINCIPAL_KEY, signer.assertion(Principal("bench", Kind.USER), "catalog"))]

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

    async def start_empty(self) -> ChildProcess:
        """Starts the server whose calls do nothing, on a database of its own."""
        folder = self.home / "ready"
        ready = folder / "empty.json"
        settings = service_settings(self._system, "catalog", 0) | {
            "ALBERTPLUS_DATABASE_URL": self.fresh_database("bench_empty"),
            "ALBERTPLUS_READY_FILE": str(ready),
        }
        with FolderWatch(folder) as watch:
            command = [sys.executable, "-m", "tests.bench.empty"]
            log = self._system.home.log("empty")
            process = await ChildProcess.spawn("empty", command, log=log, env={**os.environ, **settings})
            await process.ready(watch.until(lambda: ready.exists() or None), timeout=30)
        self.empty = f"127.0.0.1:{json.loads(ready.read_text())['grpc_port']}"
        self._pids["empty"] = process.pid
        return process


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Measured]:
    """One of each service, two gateways and the empty server, on free ports, in a temporary folder."""
    with opened(ephemeral=True) as home:
        system = _system(home)
        empty = None
        try:
            await system.start()
            measured = Measured(system)
            empty = await measured.start_empty()
            yield measured
        finally:
            if empty is not None:
                await empty.stop()
            await system.stop()


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
