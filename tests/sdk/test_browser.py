"""The example app in Chromium: `sdk/typescript/tests/browser` against a whole system of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cli.dev.issuer import LocalIssuer
from tests.sdk.package import PACKAGE, needs_node
from tests.support.dev import ready
from tests.support.nodejs import installed, run

USERS = 8
TESTS = PACKAGE / "tests" / "browser" / "schedule.test.mjs"
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")


@needs_node
@pytest.mark.skipif(not _CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)")
@pytest.mark.timeout(600)
async def test_the_example_app_works_and_survives_the_gateway(tmp_path: Path) -> None:
    installed(PACKAGE)
    async with ready(tmp_path / "home") as dev:
        issuer = LocalIssuer.load(dev.home)
        tokens = {user: issuer.mint(user) for user in (f"student-{n}" for n in range(USERS))}
        environment = {
            "ALBERTPLUS_RUN_FILE": str(dev.home / "run.json"),
            "ALBERTPLUS_TOKENS": json.dumps(tokens),
            "CHROMIUM": _CHROMIUM,
        }
        code, said = await run(PACKAGE, "--test", str(TESTS), environment=environment)
    assert code == 0, said
