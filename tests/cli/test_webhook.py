"""`albertplus webhook` signs as Clerk does."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from cli.dev.webhook_secret import webhook_secret
from cli.webhook import Event, _event, _signed
from gateway import clerk


def test_what_it_sends_is_what_the_gateway_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_HOME", str(tmp_path))
    secrets = clerk.Secrets.read([webhook_secret(tmp_path)], "http://issuer")
    body = orjson.dumps(_event(Event.UPDATED, "ada", True, "ada@nyu.edu"))
    account = clerk.account(secrets.verify(_signed(body), body))
    assert (account.subject, account.email, account.admin) == ("ada", "ada@nyu.edu", True)


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    assert webhook_secret(tmp_path) == webhook_secret(tmp_path)
    assert (tmp_path / "issuer" / "webhook-secret").stat().st_mode & 0o777 == 0o600
