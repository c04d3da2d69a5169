"""`albertplus dev` as a whole: it starts, keeps its data, heals itself, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.support.dev import ready, started
from tests.support.processes import gone


async def test_it_starts_serves_and_stops_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    # The demo goes into this system, whichever gateway the environment names.
    async with ready(
        tmp_path / "home", ALBERTPLUS_GATEWAY="127.0.0.1:1", ALBERTPLUS_TOKEN="another's"
    ) as dev:
        run = dev.run
        assert courses(run["databases"]["catalog"]) > 0
        async with httpx.AsyncClient(base_url=run["gateway"]["http"]) as client:
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
        assert await dev.stop() == 0
    assert run["gateway"]["http"] in line_with(dev.output, "NEXT_PUBLIC_CONVEX_URL")
    assert run["gateway"]["site"] in line_with(dev.output, "CONVEX_SITE_URL")
    assert dev.output.rstrip().endswith("stopped.")
    assert await gone(run["processes"].values(), seconds=0.1) == set()
    assert not (tmp_path / "home" / "run.json").exists()


async def test_killed_with_9_it_leaves_no_process_and_keeps_what_was_stored(tmp_path: Path) -> None:
    async with ready(tmp_path / "home") as dev:
        pids, before = dev.run["processes"].values(), courses(dev.run["databases"]["catalog"])
        dev.process.kill()
        assert await gone(pids, seconds=20) == set()
    async with ready(tmp_path / "home") as again:
        assert courses(again.run["databases"]["catalog"]) == before > 0


async def test_whatever_dies_is_started_again(tmp_path: Path) -> None:
    async with ready(tmp_path / "home", "--no-demo") as dev:
        for name in ("planner", "NATS", "PostgreSQL"):
            os.kill(dev.run["processes"][name], signal.SIGKILL)
            await dev.says(f"{name} stopped (killed by signal 9)")
            await dev.says(f"{name} runs again")


async def test_ctrl_c_while_it_starts_stops_it_too(tmp_path: Path) -> None:
    async with started(tmp_path / "home") as dev:
        await dev.says("starting PostgreSQL")
        assert await dev.stop() == 0
    assert dev.output.rstrip().endswith("stopped.")


async def test_it_stops_cleanly_when_its_terminal_is_closed(tmp_path: Path) -> None:
    async with ready(tmp_path / "home", "--no-demo") as dev:
        await dev.says("Ctrl-C stops everything")
        processes = dev.run["processes"].values()
        dev.close_output()
        dev.process.send_signal(signal.SIGHUP)
        assert await dev.process.wait() == 0
    assert await gone(processes, seconds=0.1) == set()
    assert "database system is shut down" in (tmp_path / "home" / "logs" / "postgres.log").read_text()


async def test_two_of_everything_with_replicas_2_and_nothing_kept_with_ephemeral(tmp_path: Path) -> None:
    options = ("--replicas", "2", "--ephemeral", "--no-demo")
    async with ready(tmp_path / "unused", *options, TMPDIR=str(tmp_path)) as dev:
        run = announced_in(tmp_path)
        for gateway in run["gateways"]:
            async with httpx.AsyncClient(base_url=gateway["http"]) as client:
                assert (await client.get("/readyz")).status_code == 200
        assert await dev.stop() == 0
    assert {"gateway-2", "catalog-2", "planner-2", "identity-2"} <= run["processes"].keys()
    assert names_in(tmp_path) == []


def line_with(text: str, word: str) -> str:
    """The one line with this word."""
    (line,) = [line for line in text.splitlines() if word in line]
    return line


def announced_in(folder: Path) -> dict[str, Any]:
    """The run.json of the one system below `folder`."""
    (file,) = folder.glob("*/run.json")
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def names_in(folder: Path) -> list[str]:
    """What a folder holds."""
    return [path.name for path in folder.iterdir()]


def courses(dsn: str) -> int:
    """How many courses the catalog holds."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM courses").fetchone()
    assert row
    return int(row[0])
