from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.identity.main import SERVICE
from tests.identity.people import ISSUER, OTHER_ISSUER, Identity
from tests.support.rpc import running


@pytest.fixture
async def identity(database: Callable[[str], str], nats_url: str, tmp_path: Path) -> AsyncIterator[Identity]:
    """Identity's server over a fresh database."""
    dsn = database("identity")
    async with running(SERVICE, tmp_path, database_url=dsn, nats_url=nats_url) as service:
        yield Identity(service, dsn)


@pytest.fixture
async def identity_of_two(
    database: Callable[[str], str], nats_url: str, tmp_path: Path
) -> AsyncIterator[Identity]:
    """Identity that was told of two issuers."""
    dsn, issuers = database("identity"), (ISSUER, OTHER_ISSUER)
    async with running(SERVICE, tmp_path, database_url=dsn, nats_url=nats_url, issuers=issuers) as service:
        yield Identity(service, dsn)
