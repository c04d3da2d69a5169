"""`albertplus token`."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest

from cli.dev.issuer import LocalIssuer
from cli.errors import CommandError
from cli.token import duration, local_token, token


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALBERTPLUS_HOME", str(tmp_path))
    LocalIssuer.start(tmp_path, "http://127.0.0.1:3213")
    return tmp_path


def test_only_the_token_goes_to_standard_output(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token(user="ada", admin=True, ttl="15m", as_json=False)
    output = capsys.readouterr()
    claims = jwt.decode(output.out.strip(), options={"verify_signature": False})
    assert (claims["sub"], claims["is_admin"], claims["exp"] - claims["iat"]) == ("ada", True, 900)
    assert output.out.count("\n") == 1
    assert "ada" in output.err


def test_json_says_whose_it_is(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token(user="ada", admin=False, ttl="1h", as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["user"], shown["admin"], shown["issuer"]) == ("ada", False, "http://127.0.0.1:3213")


def test_before_the_first_run_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_HOME", str(tmp_path))
    with pytest.raises(CommandError) as refused:
        local_token("alice")
    assert "albertplus dev" in refused.value.hint


@pytest.mark.parametrize("name", ["", "two words", "a\nb", "x" * 201, "[red]"])
def test_a_name_that_is_no_id_is_refused(home: Path, name: str) -> None:
    with pytest.raises(CommandError, match="user's id"):
        local_token(name)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800)])
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1w", "0s", "31d", "1.5h", "99999999999d"])
def test_a_duration_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="not a time"):
        duration(text)
