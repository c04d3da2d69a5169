"""The local issuer's tokens sign people in."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from cli.dev.issuer import LocalIssuer
from cli.dev.issuer_server import serve
from cli.errors import CommandError
from gateway.sign_in import SignIn, SignInSettings
from runtime.refusal import Unauthenticated

PROGRAM = "from cli.dev.issuer_server import run; run()"


async def started(home: Path, ready: Path) -> asyncio.subprocess.Process:
    settings = {
        "ALBERTPLUS_HOME": str(home),
        "ALBERTPLUS_ISSUER_PORT": "0",
        "ALBERTPLUS_READY_FILE": str(ready),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, env=os.environ | settings, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert b"local sign-in on http" in await process.stdout.readline()
    return process


async def test_a_token_of_the_local_issuer_signs_in_and_it_stops_cleanly(tmp_path: Path) -> None:
    process = await started(tmp_path / "home", tmp_path / "ready.json")
    issuer = LocalIssuer.load(tmp_path / "home")
    assert issuer.url.endswith(str(json.loads((tmp_path / "ready.json").read_text())["http_port"]))
    sign_in = SignIn(SignInSettings((issuer.url,)))
    identity = await sign_in.verify(issuer.mint("alice", admin=True))
    await sign_in.close()
    process.send_signal(signal.SIGTERM)
    assert (identity.subject, identity.admin, await process.wait()) == ("alice", True, 0)


def test_the_key_is_kept_between_runs_and_private(tmp_path: Path) -> None:
    first = LocalIssuer.start(tmp_path, "http://127.0.0.1:1")
    second = LocalIssuer.start(tmp_path, "http://127.0.0.1:2")
    assert (first.kid, second.url) == (second.kid, "http://127.0.0.1:2")
    assert stat.S_IMODE((tmp_path / "issuer" / "key.pem").stat().st_mode) == 0o600


def test_two_homes_have_keys_of_their_own(tmp_path: Path) -> None:
    one, other = (LocalIssuer.start(tmp_path / name, "http://127.0.0.1:1") for name in "ab")
    assert one.kid != other.kid


def test_without_a_first_run_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        LocalIssuer.load(tmp_path)
    assert "albertplus dev" in refused.value.hint


def test_an_unusable_key_is_said_to_be_so(tmp_path: Path) -> None:
    LocalIssuer.start(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "issuer" / "key.pem").write_text("garbage")
    with pytest.raises(CommandError, match="unusable"):
        LocalIssuer.load(tmp_path)


async def test_a_port_in_use_is_said_to_be_so(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    with pytest.raises(CommandError, match="already in use"):
        await serve(tmp_path, server.sockets[0].getsockname()[1], None)
    server.close()


async def test_the_issuer_of_another_home_is_not_believed(tmp_path: Path) -> None:
    process = await started(tmp_path / "home", tmp_path / "ready.json")
    issuer = LocalIssuer.load(tmp_path / "home")
    impostor = LocalIssuer.start(tmp_path / "other", issuer.url)
    sign_in = SignIn(SignInSettings((issuer.url,)))
    with pytest.raises(Unauthenticated):
        await sign_in.verify(impostor.mint("alice"))
    await sign_in.close()
    process.terminate()
    await process.wait()
