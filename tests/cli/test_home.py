"""The folder of a local system: what stays in it, and what does not stay at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from cli.dev import home


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def made_long_ago(folder: Path) -> None:
    """As if it were an hour old."""
    os.utime(folder / "lock", (1, 1))


def test_what_a_killed_ephemeral_system_left_is_removed_by_the_next(temporary: Path) -> None:
    left = temporary / "albertplus-killed"
    left.mkdir()
    (left / "lock").write_text("4711")
    made_long_ago(left)
    with home.opened(ephemeral=True) as mine:
        assert not left.exists()
        assert mine.path.exists()
    assert list(temporary.iterdir()) == []


def test_an_ephemeral_system_that_runs_is_left_alone(temporary: Path) -> None:
    with home.opened(ephemeral=True) as first:
        made_long_ago(first.path)
        with home.opened(ephemeral=True) as second:
            assert first.path.exists()
            assert first.path != second.path
