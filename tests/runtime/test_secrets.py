"""Secrets come from the environment or from files, and are shown to nobody."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from gateway.settings import GatewaySettings
from runtime.settings import ServiceSettings, SettingsError, described, load, secrets

DSN = "postgresql://planner:hunter2@db/planner"


@pytest.fixture(autouse=True)
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service needs besides."""
    monkeypatch.setenv("ALBERTPLUS_SIGNING_KEY_FILE", "/keys/planner.pem")
    monkeypatch.setenv("ALBERTPLUS_TRUSTED_KEYS_FILE", "/keys/trusted.json")


def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text(f"{DSN}\n")
    monkeypatch.setenv("ALBERTPLUS_DATABASE_URL_FILE", str(tmp_path / "dsn"))
    settings = load(ServiceSettings)
    assert settings.database_url.get_secret_value() == DSN
    assert f"ALBERTPLUS_DATABASE_URL=(hidden) from the file {tmp_path / 'dsn'}" in described(settings)


@pytest.mark.parametrize("also", [True, False])
def test_a_secret_said_twice_or_not_readable_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, also: bool
) -> None:
    monkeypatch.setenv("ALBERTPLUS_DATABASE_URL_FILE", str(tmp_path / "missing"))
    if also:
        monkeypatch.setenv("ALBERTPLUS_DATABASE_URL", DSN)
    with pytest.raises(SettingsError, match="ALBERTPLUS_DATABASE_URL") as refused:
        load(ServiceSettings)
    assert "hunter2" not in str(refused.value)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_DATABASE_URL", DSN)
    settings = load(ServiceSettings)
    for shown in (repr(settings), str(settings), settings.model_dump_json(), "\n".join(described(settings))):
        assert "hunter2" not in shown


def test_not_even_a_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_DATABASE_URL", "mysql://planner:hunter2@db/planner")
    with pytest.raises(SettingsError, match="must begin with postgresql://") as refused:
        load(ServiceSettings)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_a_process_says_where_its_settings_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_DATABASE_URL", DSN)
    said = described(load(ServiceSettings))
    assert "ALBERTPLUS_DATABASE_URL=(hidden) from the environment" in said
    assert "ALBERTPLUS_GRPC_PORT=0 by default" in said
    assert "ALBERTPLUS_SIGNING_KEY_FILE=/keys/planner.pem from the environment" in said


def test_every_setting_that_sounds_like_a_secret_is_one() -> None:
    for kind in (ServiceSettings, GatewaySettings):
        for field in kind.model_fields:
            if field.endswith(("_key", "_secret", "_password", "_token", "database_url", "nats_url")):
                assert kind.model_fields[field].annotation.__name__ == "SecretStr", field  # type: ignore[union-attr]
    assert "CONVEX_API_KEY" in secrets(GatewaySettings)


def test_half_of_tls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_DATABASE_URL", DSN)
    monkeypatch.setenv("ALBERTPLUS_TLS_CERT_FILE", "/tls/planner.pem")
    with pytest.raises(SettingsError, match="TLS_KEY_FILE"):
        load(ServiceSettings)
