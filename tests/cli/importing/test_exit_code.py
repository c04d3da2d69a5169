"""What `albertplus import` ends with when it could not begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.importing.command import Gateway, clear_errors


def test_without_a_running_system_nothing_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_HOME", str(tmp_path))
    with pytest.raises(CommandError, match="no running system") as raised, clear_errors():
        Gateway("", "")
    assert raised.value.exit_code == 2
