"""`albertplus dev` when it can't: a clear message, an exit code, nothing left behind."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from cli.dev import home, ports
from tests.support.dev import started


def fake_program(path: Path, says: str) -> Path:
    """A program that says something on standard error and fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 3\n")
    path.chmod(0o755)
    return path


async def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    port = next(port for port in ports.free_ports(100) if port < 60_000)
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, port))
        taken.listen()
        async with started(tmp_path / "home", "--port", str(port)) as dev:
            assert await dev.ends() == 1
    assert f"port {port} (the gateway's HTTP) is already in use" in dev.output
    assert "--port 0" in dev.output


async def test_a_second_dev_in_the_same_home_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALBERTPLUS_HOME", str(tmp_path / "home"))
    with home.opened(ephemeral=False):
        async with started(tmp_path / "home") as second:
            assert await second.ends() == 1
    assert (
        f"another `albertplus dev` (process {os.getpid()}) already runs in {tmp_path / 'home'}"
        in second.output
    )


@pytest.mark.parametrize("program", ["initdb", "postgres"])
async def test_postgresql_that_does_not_start_is_shown_with_its_log(tmp_path: Path, program: str) -> None:
    binaries = tmp_path / "bin"
    fake_program(binaries / "initdb", "disk made of cheese").write_text("#!/bin/sh\nexit 0\n")
    fake_program(binaries / "postgres", "disk made of cheese")
    fake_program(binaries / program, "disk made of cheese")
    async with started(tmp_path / "home", ALBERTPLUS_PG_BIN=str(binaries)) as dev:
        assert await dev.ends() == 1
    assert "PostgreSQL" in dev.output
    assert "disk made of cheese" in dev.output
    assert "Traceback" not in dev.output


async def test_nats_that_does_not_start_is_shown_with_its_log(tmp_path: Path) -> None:
    binary = fake_program(tmp_path / "nats-server", "no room for streams")
    async with started(tmp_path / "home", ALBERTPLUS_NATS_BIN=str(binary)) as dev:
        assert await dev.ends() == 1
    assert "NATS stopped while starting, with exit code 3" in dev.output
    assert "no room for streams" in dev.output


async def test_missing_postgresql_programs_are_said_with_what_to_do(tmp_path: Path) -> None:
    async with started(tmp_path / "home", ALBERTPLUS_PG_BIN=str(tmp_path)) as dev:
        assert await dev.ends() == 1
    assert "no PostgreSQL programs were found" in dev.output
    assert "uv sync" in dev.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--port", "70000"), "70000 is not a usable port"),
        (("--replicas", "3"), "3 replicas are not possible"),
    ],
)
async def test_impossible_options_are_refused(tmp_path: Path, options: tuple[str, str], message: str) -> None:
    async with started(tmp_path / "home", *options) as dev:
        assert await dev.ends() == 1
    assert message in dev.output
