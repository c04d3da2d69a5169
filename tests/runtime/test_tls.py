"""TLS between processes, with authorities that exist for the test alone."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from runtime.client import channel
from runtime.tls import Tls
from services.catalog.main import SERVICE
from tests.support.authority import Authority
from tests.support.rpc import RunningService, running


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    """The authority that the service believes."""
    return Authority(tmp_path / "ours")


@pytest_asyncio.fixture
async def catalog(
    database: Callable[[str], str], nats_url: str, tmp_path: Path, ours: Authority
) -> AsyncIterator[RunningService]:
    """A service that takes only processes with a certificate."""
    more: dict[str, Any] = ours.settings("catalog")
    async with running(SERVICE, tmp_path, database_url=database("catalog"), nats_url=nats_url, **more) as it:
        yield it


async def health(catalog: RunningService, tls: Tls | None, callee: str = "catalog") -> int:
    """What the service says of itself. Raises AioRpcError when it is not to be talked to."""
    async with channel([f"127.0.0.1:{catalog.process.port}"], callee, tls) as to:
        answer = await health_pb2_grpc.HealthStub(to).Check(health_pb2.HealthCheckRequest(), timeout=3)
        return int(answer.status)


async def refused(catalog: RunningService, tls: Tls | None, callee: str = "catalog") -> None:
    """There is no way in."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await health(catalog, tls, callee)
    assert error.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


async def test_a_process_with_a_certificate_is_served(catalog: RunningService, ours: Authority) -> None:
    assert await health(catalog, ours.certify("gateway")) == health_pb2.HealthCheckResponse.SERVING


async def test_without_a_certificate_there_is_no_way_in(catalog: RunningService) -> None:
    await refused(catalog, None)


async def test_the_certificate_of_another_authority_is_refused(
    catalog: RunningService, ours: Authority, tmp_path: Path
) -> None:
    forged = Authority(tmp_path / "theirs").certify("gateway")
    await refused(catalog, Tls(forged.certificate, forged.key, ours.certify("x").authorities))


async def test_a_client_refuses_a_server_of_another_authority_or_name(
    catalog: RunningService, ours: Authority, tmp_path: Path
) -> None:
    await refused(catalog, Authority(tmp_path / "theirs").certify("gateway"))
    await refused(catalog, ours.certify("gateway"), callee="planner")


async def test_new_files_are_used_without_a_restart(catalog: RunningService, ours: Authority) -> None:
    before = await served_certificate(catalog, ours)
    renewed = ours.certify("catalog").certificate.read_text()
    after = await served_certificate(catalog, ours)
    assert before != after
    assert after.strip() == renewed.strip()


async def served_certificate(catalog: RunningService, ours: Authority) -> str:
    """The certificate that the service shows."""
    context = ours.certify("gateway").context()
    context.check_hostname = False
    context.set_alpn_protocols(["h2"])
    _, writer = await asyncio.open_connection("127.0.0.1", catalog.process.port, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return ssl.DER_cert_to_PEM_cert(shown)
