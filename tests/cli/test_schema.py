"""When `albertplus dev` migrates, and when it knows that there is nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.dev import schema
from cli.errors import CommandError
from runtime import migrate

DATABASES = {"catalog": "postgresql://one", "planner": "postgresql://two"}


@pytest.fixture
def migrated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The databases that were migrated; none of them exists."""
    found: list[str] = []
    monkeypatch.setattr(migrate, "migrate", lambda service, dsn: found.append(dsn))
    return found


def test_the_same_code_migrates_once(tmp_path: Path, migrated: list[str]) -> None:
    for _ in range(2):
        assert schema.migrate_if_needed(tmp_path / "schema.json", DATABASES, "cluster") == DATABASES
    assert migrated == list(DATABASES.values())


def test_data_made_anew_is_migrated(tmp_path: Path, migrated: list[str]) -> None:
    for cluster in ("first", "second"):
        schema.migrate_if_needed(tmp_path / "schema.json", DATABASES, cluster)
    assert migrated == 2 * list(DATABASES.values())


def test_other_code_migrates_again(
    tmp_path: Path, migrated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.migrate_if_needed(tmp_path / "schema.json", DATABASES, "cluster")
    monkeypatch.setattr(schema, "_fingerprint", lambda: "other")
    schema.migrate_if_needed(tmp_path / "schema.json", DATABASES, "cluster")
    assert migrated == 2 * list(DATABASES.values())


def test_a_failed_migration_names_the_service_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(service: str, dsn: str) -> None:
        raise ValueError("no such column")

    monkeypatch.setattr(migrate, "migrate", fails)
    for _ in range(2):
        with pytest.raises(CommandError, match="catalog could not be migrated: no such column"):
            schema.migrate_if_needed(tmp_path / "schema.json", DATABASES, "cluster")
