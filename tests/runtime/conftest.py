"""A database of the tests' own schema, and the runtime over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from runtime.bus import Bus
from runtime.db import Database
from tests.runtime import world


@pytest.fixture
def library_dsn(empty_database: Callable[[str], str]) -> str:
    """A fresh database with the tests' tables."""
    dsn = empty_database(world.SERVICE)
    world.create(dsn)
    return dsn


@pytest.fixture
async def library(library_dsn: str) -> AsyncIterator[Database]:
    """The runtime's view of it, as alice's call."""
    db = Database(world.SERVICE, library_dsn)
    await db.open()
    world.as_user()
    yield db
    await db.close()


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    """A connection to a broker of this test alone."""
    bus = Bus(nats_url, "test")
    bus.start()
    await bus.wait_connected()
    yield bus
    await bus.close()
