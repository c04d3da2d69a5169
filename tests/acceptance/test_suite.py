"""The acceptance suite, with the npm client, against one gateway and against two."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Systems
from tests.acceptance.nodejs import SUITE, VERSIONS, needs_node, needs_suite, run, workspace


@needs_node
@needs_suite
@pytest.mark.timeout(400)
@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize("version", VERSIONS)
async def test_the_suite_passes(
    version: str, replicas: int, tmp_path: Path, running_system: Systems, issuer_port: int
) -> None:
    folder = workspace(tmp_path / "suite", version, SUITE)
    async with running_system(replicas) as system:
        where = ("--url", f"http://127.0.0.1:{system.port}", "--issuer-port", str(issuer_port))
        code, output = await run(folder, "run-all.mjs", *where)
    assert code == 0, output
