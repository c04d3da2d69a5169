"""The planner as a process in this one: its database, a catalog beside it, and students who call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import grpc
import pytest
from pydantic import SecretStr

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


Start = Callable[[], Awaitable[ServiceProcess]]


@pytest.fixture
async def start_planner(
    database: Callable[[str], str], nats_url: str, catalog: FakeCatalog, tmp_path: Path
) -> AsyncIterator[Start]:
    """Starts replicas of the planner over one database."""
    keys = KeyRing(tmp_path / "keys")
    keys.ensure()
    settings = PlannerSettings(
        database_url=SecretStr(database("planner")),
        nats_url=SecretStr(nats_url),
        signing_key_file=keys.private("planner"),
        trusted_keys_file=keys.trusted,
        catalog_address=(catalog.address,),
        drain_seconds=0.1,
    )
    async with AsyncExitStack() as running:

        async def start() -> ServiceProcess:
            process = ServiceProcess(SERVICE, settings)
            await process.start()
            running.push_async_callback(process.stop)
            return process

        yield start


@pytest.fixture
async def planner(start_planner: Start) -> ServiceProcess:
    """The planner, serving."""
    return await start_planner()


@pytest.fixture
def signer(start_planner: Start, tmp_path: Path) -> Signer:
    """The gateway's identity."""
    return Signer.from_file("gateway", tmp_path / "keys" / "gateway.pem")


@pytest.fixture
async def sign_in(planner: ServiceProcess, signer: Signer) -> AsyncIterator[Callable[[str], Student]]:
    """Students by their names, calling through the gateway."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{planner.port}") as channel:
        yield lambda subject: Student(channel, signer, subject)


@pytest.fixture
async def other_tab(alice: Student, start_planner: Start, signer: Signer) -> AsyncIterator[Student]:
    """Alice again, on another replica."""
    replica = await start_planner()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{replica.port}") as channel:
        yield Student(channel, signer, "user_alice")


@pytest.fixture
def alice(sign_in: Callable[[str], Student]) -> Student:
    """A student."""
    return sign_in("user_alice")


@pytest.fixture
def bob(sign_in: Callable[[str], Student]) -> Student:
    """Another student."""
    return sign_in("user_bob")
