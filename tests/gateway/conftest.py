"""A whole system for the tests of the gateway: one per module, or one per test that stops parts of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from cli.dev.nats import Nats
from cli.dev.ports import free_port
from tests.gateway.rig import Rig
from tests.support.databases import TestDatabases
from tests.support.session import ServersFile, next_number


@pytest.fixture(scope="module")
def databases(servers: ServersFile) -> Iterator[TestDatabases]:
    """Databases for a whole module."""
    made = TestDatabases(servers.postgres)
    yield made
    made.drop_all()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig(
    tmp_path_factory: pytest.TempPathFactory, servers: ServersFile, databases: TestDatabases
) -> AsyncIterator[Rig]:
    """Three services and two gateways, for all tests of a module."""
    nats_url = servers.nats[next_number("nats") % len(servers.nats)]
    running = Rig(tmp_path_factory.mktemp("rig"), nats_url, databases.fresh)
    await running.open()
    await running.start_gateway()
    yield running
    await running.close()


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Nats]:
    """A NATS of one test alone, that comes back where it was when it is started again."""
    nats = Nats(tmp_path / "nats", log=tmp_path / "nats.log", port=free_port())
    await nats.start()
    yield nats
    await nats.stop()


@pytest_asyncio.fixture
async def fragile_rig(
    tmp_path_factory: pytest.TempPathFactory, broker: Nats, database: Callable[[str], str]
) -> AsyncIterator[Rig]:
    """Three services and one gateway on a broker of its own, to be stopped and started."""
    running = Rig(tmp_path_factory.mktemp("rig"), broker.url(), database)
    await running.open()
    yield running
    await running.close()
