"""The audit and the list of what we are built of."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tools.bootstrap import ROOT
from tools.supply import FOUND, NOT_ASKED, sbom, verdict

SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}"
    r"|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}"
    r"|\bsk_(live|test)_[A-Za-z0-9]{16,}"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}"
)


@pytest.mark.parametrize(
    ("code", "said", "result"),
    [
        (0, "No known vulnerabilities found", 0),
        (1, "foo 1.0 has GHSA-1234", FOUND),
        (2, "cause: dns error", NOT_ASKED),
        (0, "warning: dns error", NOT_ASKED),
        (1, "npm error audit endpoint returned an error", NOT_ASKED),
        (1, "", NOT_ASKED),
    ],
)
def test_an_audit_that_could_not_ask_is_no_good_news(code: int, said: str, result: int) -> None:
    assert verdict("uv.lock", code, said)[0] == result


def test_the_bill_of_materials_is_made_of_the_lock_file(tmp_path: Path) -> None:
    assert sbom(tmp_path) == 0
    listed = json.loads((tmp_path / "sbom-python.cdx.json").read_text())
    names = {each["name"] for each in listed["components"]}
    assert listed["bomFormat"] == "CycloneDX"
    assert {"grpcio", "psycopg", "pyjwt", "uvicorn"} <= names
    assert "pytest" not in names


def test_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    found = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        file = ROOT / name
        if file.is_file() and SECRETS.search(file.read_text(errors="replace")):
            found.append(name)
    assert found == []
