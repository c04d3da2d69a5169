from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.catalog.main import SERVICE
from tests.catalog.client import Catalog
from tests.support.rpc import running


@pytest.fixture
async def catalog(database: Callable[[str], str], nats_url: str, tmp_path: Path) -> AsyncIterator[Catalog]:
    """Catalog's server over a fresh, empty database."""
    dsn = database("catalog")
    async with running(SERVICE, tmp_path, database_url=dsn, nats_url=nats_url) as service:
        yield Catalog(service, dsn)
