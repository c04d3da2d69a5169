"""Which gateway a command talks to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.target import gateway_address

FIRST, SECOND = "127.0.0.1:3212", "127.0.0.1:3217"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a running system with two gateways."""
    monkeypatch.setenv("ALBERTPLUS_HOME", str(tmp_path))
    gateways = [{"grpc": FIRST}, {"grpc": SECOND}]
    (tmp_path / "run.json").write_text(json.dumps({"gateway": gateways[0], "gateways": gateways}))
    return tmp_path


@pytest.mark.parametrize(("given", "address"), [("", FIRST), ("1", FIRST), ("2", SECOND), ("a:1", "a:1")])
def test_a_gateway_is_named_by_its_number_or_address(given: str, address: str) -> None:
    assert gateway_address(given) == address


@pytest.mark.parametrize("given", ["0", "3"])
def test_a_number_beyond_the_last_gateway_is_refused(given: str) -> None:
    with pytest.raises(CommandError, match=f"no gateway {given}"):
        gateway_address(given)


def test_where_no_system_runs_the_variable_that_finds_one_is_named(home: Path) -> None:
    (home / "run.json").unlink()
    with pytest.raises(CommandError) as refused:
        gateway_address("")
    assert "ALBERTPLUS_HOME" in refused.value.hint


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"gateway": 1}'])
def test_a_file_that_names_no_gateway_is_said_to_be_so(home: Path, content: str) -> None:
    (home / "run.json").write_text(content)
    with pytest.raises(CommandError, match="does not name its gateway"):
        gateway_address("")
