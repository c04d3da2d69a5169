"""The tables as declared are the tables as migrated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from services.catalog.tables import metadata

OURS = set(metadata.tables)


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Tables that every service has alike are not declared."""
    return kind != "table" or name in OURS


def test_the_migrations_make_the_declared_tables(database: Callable[[str], str]) -> None:
    engine = create_engine(make_url(database("catalog")).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()
