"""Identity's tables and the ways they are read.

Students and invites belong to a user by the subject of their sign-in token, not by the id of a row in
`users`: a student may sign in and fill in a profile before the sign-in provider has told of the account.

An account that was deleted leaves a row in `erasures`: it keeps what is told late from bringing the account
back, and the record that every service has forgotten its user. It holds the account's id and nothing else.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from runtime.owners import owned_by
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
    Column("told_time", DateTime(timezone=True)),
    UniqueConstraint("issuer", "subject", name="users_account"),
    Index("users_subject", "subject"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    _time("create_time"),
    Column("expire_time", DateTime(timezone=True)),
    Column("revoke_time", DateTime(timezone=True)),
    Column("last_use_time", DateTime(timezone=True)),
    Index("api_keys_name", "name"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("user_subject", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    _time("create_time"),
    _time("told_time"),
    Column("times_told", Integer, nullable=False, server_default=text("1")),
    Column("complete_time", DateTime(timezone=True)),
    UniqueConstraint("issuer", "subject", name="erasures_account"),
    Index("erasures_pending", "id", postgresql_where=text("complete_time IS NULL")),
)

erasure_steps = Table(
    "erasure_steps",
    metadata,
    Column("erasure_id", Uuid, ForeignKey("erasures.id"), primary_key=True),
    Column("service", Text, primary_key=True),
    Column("row_count", Integer, nullable=False),
    _time("done_time"),
)

dependency_keys(erasures, by_id=("id",), by_subject=("subject", "issuer"))
dependency_keys(erasure_steps, by_erasure=("erasure_id",))
owned_by(students, "user_id")
owned_by(invites, "user_id")
dependency_keys(students, by_user=("user_id",))
dependency_keys(invites, by_user=("user_id",))
dependency_keys(users, by_id=("id",), by_subject=("subject", "issuer"))
dependency_keys(api_keys, by_id=("id",))
