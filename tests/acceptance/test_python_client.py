"""The official Python client, which is the Rust client inside."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from pathlib import Path

import pytest

from cli.dev.issuer import LocalIssuer
from tests.acceptance.conftest import Systems

_PROGRAM = Path(__file__).parent / "programs" / "student.py"


@pytest.mark.parametrize("replicas", [1, 2])
async def test_the_python_client_works(replicas: int, running_system: Systems) -> None:
    async with running_system(replicas) as system:
        issuer = LocalIssuer.load(system.home.path)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(_PROGRAM), f"http://127.0.0.1:{system.port}", str(uuid.uuid4())),
            *(issuer.mint("alice"), issuer.mint("alice", ttl=-3600)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        )
        try:
            async with asyncio.timeout(60):
                output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    assert (process.returncode, output.decode().splitlines()[-1]) == (0, "done"), output.decode()
