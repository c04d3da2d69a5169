"""Migrations: forward only, one step of their own, under a lock, so that any number may be started at once.

A service's `migrations/versions` create its domain tables. What every service has alike (outbox, changelog,
triggers on every table) is brought up to date here from the declared dependency keys.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.engine import make_url

from runtime.audit_schema import audit_ddl
from runtime.outbox import INFRASTRUCTURE, trigger_ddl
from runtime.owners import bar_ddl

_LOCK = 5_284_310_967
_APPLIED = "create table if not exists runtime_schema (one boolean primary key default true, digest text)"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did: the revision before and after (None: an empty database)."""

    service: str
    before: str | None
    after: str | None
    triggers_changed: bool

    @property
    def changed(self) -> bool:
        """Whether anything was done at all."""
        return self.before != self.after or self.triggers_changed


def migrate(service: str, dsn: str, package: str = "") -> Migrated:
    """Brings the database of `service` at `dsn` up to date; `package` is where it lives, if not in services.

    Raises sqlalchemy.exc.OperationalError when the database cannot be reached, and what a migration raises;
    then nothing has changed. Alembic's context is global to the process: not for two threads at once.
    """
    package = package or f"services.{service}"
    tables: MetaData = importlib.import_module(f"{package}.tables").metadata
    migrations = Path(str(importlib.import_module(f"{package}.migrations").__file__)).parent
    engine = create_engine(make_url(dsn).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            before = _revision(connection)
            _upgrade(connection, migrations)
            triggers_changed = _sync_triggers(connection, service, tables)
            return Migrated(service, before, _revision(connection), triggers_changed)
    finally:
        engine.dispose()


def schema_ddl(service: str, tables: MetaData) -> str:
    """Everything every service has alike, and the triggers of its own tables."""
    triggers = [trigger_ddl(service, table) + bar_ddl(table) for table in tables.sorted_tables]
    return "\n".join([INFRASTRUCTURE, audit_ddl(service), *triggers])


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection, migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    script = ScriptDirectory.from_config(config)

    def steps(revision: Any, _context: MigrationContext) -> Sequence[Any]:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _sync_triggers(connection: Connection, service: str, tables: MetaData) -> bool:
    ddl = schema_ddl(service, tables)
    digest = hashlib.blake2b(ddl.encode(), digest_size=16).hexdigest()
    connection.execute(text(_APPLIED))
    if connection.execute(text("select digest from runtime_schema")).scalar() == digest:
        return False
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(ddl)  # straight to the driver: the text has percent signs that are no parameters
    connection.execute(text("delete from runtime_schema"))
    connection.execute(text("insert into runtime_schema (digest) values (:digest)"), {"digest": digest})
    return True
