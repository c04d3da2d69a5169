"""The gateway as a process: what it says of itself, what it refuses to start with, how it counts."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import REGISTRY

from cli.dev.ports import free_port
from gateway.http import listen
from tests.gateway.live_client import watch
from tests.gateway.rig import Rig
from tests.gateway.sections import CLOSED, GET_SCHEDULE, get_schedule, load, take

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def url(rig: Rig) -> str:
    return f"http://127.0.0.1:{rig.gateways[0].http_port}"


def count(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"albertplus_gateway_{name}", labels) or 0.0


async def test_it_says_that_it_lives_and_what_it_is_ready_for(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        assert (await http.get("/healthz")).text == "ok\n"
        ready = await http.get("/readyz")
    assert (ready.status_code, set(ready.json().values())) == (200, {True})


async def test_its_metrics_can_be_scraped(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        assert "albertplus_gateway_runs_total" in (await http.get("/metrics")).text


async def test_health_and_reflection_are_served(rig: Rig) -> None:
    health = health_pb2_grpc.HealthStub(rig.channel())
    found = await health.Check(health_pb2.HealthCheckRequest())
    assert found.status == health_pb2.HealthCheckResponse.SERVING
    reflection = reflection_pb2_grpc.ServerReflectionStub(rig.channel())
    asked = reflection.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="*")]))
    names = {each.name async for answer in asked for each in answer.list_services_response.service}
    assert {"albertplus.live.v1.LiveService", "albertplus.catalog.v1.CourseService"} <= names


async def test_an_import_costs_no_run_for_schedules_it_does_not_touch(rig: Rig) -> None:
    one, two, alice, bob = rig.section(), rig.section(), rig.student(), rig.student()
    await load(rig, one, two)
    await take(rig, alice, one)
    await take(rig, bob, two)
    hers, his = rig.live(alice), rig.live(bob)
    for stream in (hers, his):
        await stream.start(watch(GET_SCHEDULE, get_schedule()))
        await stream.result()
    before = count("runs_total", method=GET_SCHEDULE), count("updates_total")
    await load(rig, one, status=CLOSED)
    await hers.result()
    after = count("runs_total", method=GET_SCHEDULE), count("updates_total")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


async def test_streams_that_ended_are_not_counted(rig: Rig) -> None:
    before = count("sessions"), count("live_queries")
    stream = rig.live(rig.student(), gateway=1)
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await stream.result()
    assert (count("sessions"), count("live_queries")) == (before[0] + 1, before[1] + 1)
    stream.close()
    await rig.gateways[1].door.wait_empty()
    assert (count("sessions"), count("live_queries")) == before


async def run(**settings: str) -> tuple[int, str]:
    """`albertplus run gateway` with this environment: exit code and what it said."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("ALBERTPLUS", "CLERK"))
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "run", "gateway"),
        cwd=ROOT,
        env={**clean, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def environment(rig: Rig, **more: str) -> dict[str, str]:
    """What a gateway beside the rig's would be told."""
    return {
        "ALBERTPLUS_PORT": "0",
        "ALBERTPLUS_NATS_URL": rig.nats_url,
        "ALBERTPLUS_SIGNING_KEY_FILE": str(rig.keys.private("gateway")),
        "ALBERTPLUS_TRUSTED_KEYS_FILE": str(rig.keys.trusted),
        "ALBERTPLUS_ISSUERS": rig.issuer.url,
        **{f"ALBERTPLUS_{name}_ADDRESS": "127.0.0.1:1" for name in ("CATALOG", "PLANNER", "IDENTITY")},
        **more,
    }


async def test_missing_settings_are_named(rig: Rig) -> None:
    code, said = await run()
    assert code != 0
    assert {"CLERK_JWT_ISSUER_DOMAIN", "ALBERTPLUS_CATALOG_ADDRESS"} <= set(said.replace(":", " ").split())


async def test_an_issuer_that_is_not_safe_is_refused(rig: Rig) -> None:
    code, said = await run(**environment(rig, ALBERTPLUS_ISSUERS="http://example.com"))
    assert (code != 0, "https" in said) == (True, True)


@pytest.mark.parametrize("variable", ["ALBERTPLUS_PORT", "ALBERTPLUS_GRPC_PORT"])
async def test_a_port_in_use_is_named(rig: Rig, variable: str) -> None:
    taken = listen("127.0.0.1", 0)
    taken.listen()
    port = str(taken.getsockname()[1])
    code, said = await run(**environment(rig, **{variable: port}))
    taken.close()
    assert (code != 0, port in said, "Traceback" in said) == (True, True, False)


async def test_it_stops_on_sigterm_and_said_where_it_was(rig: Rig, tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    settings = environment(
        rig, ALBERTPLUS_READY_FILE=str(ready), ALBERTPLUS_START_SECONDS="0.1", ALBERTPLUS_DRAIN_SECONDS="5"
    )
    port = free_port()
    task = asyncio.create_task(run(**settings, ALBERTPLUS_GRPC_PORT=str(port)))
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), wait_for_ready=True)
        await asyncio.wait_for(call, 20)
    said = json.loads(ready.read_text())
    assert said["grpc_port"] == port
    os.kill(said["pid"], 15)
    assert (await task)[0] == 0
