"""What identity refuses is what its protos announce, and its migrations make the tables it uses."""

from __future__ import annotations

from collections.abc import Callable

from albertplus.identity.v1.error_reason_pb2 import ErrorReason
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from runtime.refusal import Refusal
from services.identity import errors
from services.identity.tables import metadata


def test_every_refusal_is_announced_and_every_announced_reason_exists() -> None:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Refusal)]
    own = {each.reason() for each in classes if each.__module__ == errors.__name__}
    announced = {value.name.removeprefix("ERROR_REASON_") for value in ErrorReason.DESCRIPTOR.values[1:]}
    assert own == announced


def test_migrations_make_the_tables_the_code_declares(database: Callable[[str], str]) -> None:
    engine = create_engine(make_url(database("identity")).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables},
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()
