"""Fixtures over real servers: one PostgreSQL and one NATS per pytest session, a fresh database per test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from cli.dev.nats import Nats
from tests.support.databases import TestDatabases
from tests.support.session import ServersFile, next_number, start_servers


@pytest.fixture(scope="session")
def servers() -> ServersFile:
    """The session's servers, shared by all workers."""
    return start_servers()


@pytest.fixture
def test_databases(servers: ServersFile) -> Iterator[TestDatabases]:
    """Makes databases for one test; they are dropped after it."""
    databases = TestDatabases(servers.postgres)
    yield databases
    databases.drop_all()


@pytest.fixture
def database(test_databases: TestDatabases) -> Callable[[str], str]:
    """`database("catalog")` makes a fresh migrated database of that service and returns its address."""
    return test_databases.fresh


@pytest.fixture
def empty_database(test_databases: TestDatabases) -> Callable[[str], str]:
    """`empty_database("catalog")` makes a database without tables, for the service's role."""
    return test_databases.empty


@pytest.fixture
def nats_url(servers: ServersFile) -> str:
    """An account on the session's NATS that no other test has used: its subjects and streams are its own."""
    return servers.nats[next_number("nats") % len(servers.nats)]


@pytest.fixture
async def own_nats(tmp_path: Path) -> AsyncIterator[Nats]:
    """A NATS of this test alone, to kill (`.process.kill()`) and start again (`.start()`)."""
    nats = Nats(tmp_path / "nats", log=tmp_path / "nats.log")
    await nats.start()
    yield nats
    await nats.stop()
