"""Migrating only when there may be something to do: importing what migrates takes longer than it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from cli.dev.files import write_private
from cli.errors import CommandError

_REPOSITORY = Path(__file__).resolve().parents[2]


def migrate_if_needed(remembered: Path, databases: Mapping[str, str], cluster: str) -> dict[str, str]:
    """Migrate each service's database unless the code and the `cluster` they are in are those of the last
    time; returns `databases`.

    Refuses (CommandError) when a migration fails, naming the service.
    """
    fingerprint = f"{_fingerprint()} {cluster}"
    if _remembered(remembered) != fingerprint:
        from runtime.migrate import migrate

        for service, dsn in databases.items():
            try:
                migrate(service, dsn)
            except Exception as error:  # a migration may raise anything
                message = f"the database of {service} could not be migrated: {error}"
                raise CommandError(message, hint="nothing of that migration was kept") from error
        write_private(remembered, json.dumps({"code": fingerprint}))
    return dict(databases)


def _fingerprint() -> str:
    """Changes whenever any code does that may say something about a schema."""
    digest = hashlib.blake2b(digest_size=16)
    for package in ("runtime", "services"):
        for path in sorted((_REPOSITORY / package).rglob("*.py")):
            digest.update(str(path.relative_to(_REPOSITORY)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _remembered(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text())["code"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
