"""Every test that the security page names exists, and every row names one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)


def test_every_named_test_exists() -> None:
    missing = [f"{file}::{name}" for file, name in NAMED if not exists(file, name)]
    assert missing == []


def exists(file: str, name: str) -> bool:
    """Whether the file is there, and has the test."""
    path = ROOT / file
    return path.is_file() and (not name or re.search(rf"def {name}\(", path.read_text()) is not None)


def test_every_threat_has_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
    assert len(rows) > 40
    assert [row for row in rows if "`tests/" not in row] == []
