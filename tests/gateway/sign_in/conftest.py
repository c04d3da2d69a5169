from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.sign_in import SignIn, SignInSettings
from tests.gateway.sign_in.key_server import Clock, FakeProvider, running_provider


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with running_provider() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5.0) as client:
        yield client


@pytest.fixture
async def sign_in(provider: FakeProvider, clock: Clock) -> AsyncIterator[SignIn]:
    verifier = SignIn(SignInSettings((provider.url,)), wall_clock=clock, monotonic=clock)
    yield verifier
    await verifier.close()
