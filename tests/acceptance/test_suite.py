"""The acceptance suite, with the npm client, against one gateway and against two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import Systems
from tests.acceptance.nodejs import SUITE, VERSIONS, modules, needs_node, needs_suite, run, workspace

NEEDS = {
    "setAuth with initialAuthTokenReuse fetches only once": "initialAuthTokenReuse",
    "token expiring under the server's clock: AuthError, refresh, mutation runs exactly once": (
        "onRefreshChange"
    ),
    "useConvexConnectionState; the window's online event reconnects at once": '"online"',
}
"""Tests that use what older clients do not have yet, and how that is called in the client's sources."""


@needs_node
@needs_suite
@pytest.mark.timeout(500)
@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize("version", VERSIONS)
async def test_the_suite_passes(
    version: str, replicas: int, tmp_path: Path, running_system: Systems, issuer_port: int
) -> None:
    folder = workspace(tmp_path / "suite", version, SUITE)
    async with running_system(replicas) as system:
        where = ("--url", f"http://127.0.0.1:{system.port}", "--issuer-port", str(issuer_port))
        _, output = await run(folder, "run-all.mjs", *where)
    failed, passed = (
        re.findall(rf"^{word} .* :: (.*) \(\d+ ms\)$", output, re.M) for word in ("FAIL", "ok  ")
    )
    assert set(failed) == beyond(version), output
    assert len(re.findall(r"^(?:PASS|FAIL) \d\d-\w+\.mjs$", output, re.M)) == len(
        list(SUITE.glob("[0-9]*.mjs"))
    )
    assert len(passed) > 60, output


def beyond(version: str) -> set[str]:
    """The tests that a client of this version cannot pass."""
    sources = (modules(version) / "convex" / "src").rglob("*.ts*")
    text = "".join(source.read_text() for source in sources)
    return {test for test, name in NEEDS.items() if name not in text}
