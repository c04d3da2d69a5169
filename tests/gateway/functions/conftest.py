from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.gateway.functions.world import World
from tests.gateway.rig import Rig
from tests.support.databases import TestDatabases
from tests.support.session import ServersFile, next_number


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    tmp_path_factory: pytest.TempPathFactory, servers: ServersFile, databases: TestDatabases
) -> AsyncIterator[World]:
    """Three services with a gateway before them, and functions that call them; for all tests of a module."""
    nats_url = servers.nats[next_number("nats") % len(servers.nats)]
    running = Rig(tmp_path_factory.mktemp("rig"), nats_url, databases.fresh)
    await running.open()
    made = World(running)
    yield made
    await made.upstream.close()
    await running.close()
