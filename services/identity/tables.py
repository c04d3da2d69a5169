"""Identity's tables and the ways they are read.

Students and invites belong to a user by the subject of their sign-in token, not by the id of a row in
`users`: a student may sign in and fill in a profile before the sign-in provider has told of the account.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from runtime.table_keys import dependency_keys

metadata = MetaData()


def _time(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


students = Table(
    "students",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Text, nullable=False, unique=True),
    Column("program_ids", ARRAY(Uuid), nullable=False),
    Column("school_id", Uuid, nullable=False),
    Column("starting_year", Integer, nullable=False),
    Column("starting_season", SmallInteger, nullable=False),
    Column("graduation_year", Integer, nullable=False),
    Column("graduation_season", SmallInteger, nullable=False),
    _time("create_time"),
    _time("update_time"),
    CheckConstraint(
        "(starting_year, starting_season) <= (graduation_year, graduation_season)", name="students_terms"
    ),
)

invites = Table(
    "invites",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    _time("create_time"),
)

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", Text),
    Column("admin", Boolean, nullable=False),
    _time("create_time"),
    _time("update_time"),
    UniqueConstraint("issuer", "subject", name="users_account"),
    Index("users_subject", "subject"),
)

dependency_keys(students, by_user=("user_id",))
dependency_keys(invites, by_user=("user_id",))
dependency_keys(users, by_id=("id",), by_subject=("subject", "issuer"))
