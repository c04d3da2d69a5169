"""Systems for clients of the Convex door."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from cli.dev.home import Home
from cli.dev.ports import free_port
from tests.acceptance.system import AcceptanceSystem

Systems = Callable[[int], AbstractAsyncContextManager[AcceptanceSystem]]


@pytest.fixture
def issuer_port() -> int:
    """Where the test's own issuer of tokens will listen."""
    return free_port()


@pytest.fixture
def running_system(tmp_path: Path, issuer_port: int) -> Systems:
    """`async with running_system(2) as system`: a running one with two gateways."""

    @contextlib.asynccontextmanager
    async def running(replicas: int) -> AsyncIterator[AcceptanceSystem]:
        home = Home(tmp_path / "home")
        home.path.mkdir(mode=0o700)
        system = AcceptanceSystem(home, 0, replicas, [f"http://127.0.0.1:{issuer_port}"])
        try:
            await system.start()
            yield system
        finally:
            await system.stop()

    return running
