"""The planner as a process in this one: its database, a catalog beside it, and students who call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import pytest

from cli.dev.keys import KeyRing
from runtime.auth import Signer
from runtime.server import ServiceProcess
from services.planner.main import SERVICE
from services.planner.settings import PlannerSettings
from tests.planner.fake_catalog import FakeCatalog
from tests.planner.student import Student


@pytest.fixture
async def catalog() -> AsyncIterator[FakeCatalog]:
    """A catalog without anything in it."""
    catalog = FakeCatalog()
    await catalog.start()
    yield catalog
    await catalog.stop()


@pytest.fixture
async def planner(
    database: Callable[[str], str], nats_url: str, catalog: FakeCatalog, tmp_path: Path
) -> AsyncIterator[ServiceProcess]:
    """The planner, serving."""
    keys = KeyRing(tmp_path / "keys")
    keys.ensure()
    settings = PlannerSettings(
        database_url=database("planner"),
        nats_url=nats_url,
        signing_key_file=keys.private("planner"),
        trusted_keys_file=keys.trusted,
        catalog_address=(catalog.address,),
        drain_seconds=0.1,
    )
    process = ServiceProcess(SERVICE, settings)
    await process.start()
    yield process
    await process.stop()


@pytest.fixture
async def sign_in(planner: ServiceProcess, tmp_path: Path) -> AsyncIterator[Callable[[str], Student]]:
    """Students by their names, calling through the gateway's identity."""
    signer = Signer.from_file("gateway", tmp_path / "keys" / "gateway.pem")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{planner.port}") as channel:
        yield lambda subject: Student(channel, signer, subject)


@pytest.fixture
def alice(sign_in: Callable[[str], Student]) -> Student:
    """A student."""
    return sign_in("user_alice")


@pytest.fixture
def bob(sign_in: Callable[[str], Student]) -> Student:
    """Another student."""
    return sign_in("user_bob")
