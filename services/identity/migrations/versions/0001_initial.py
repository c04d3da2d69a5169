"""The tables of identity's first version."""

from alembic import op

revision = "0001"
down_revision = None

_STUDENTS = """
create table students (
  id uuid primary key,
  user_id text not null unique,
  program_ids uuid[] not null,
  school_id uuid not null,
  starting_year integer not null,
  starting_season smallint not null,
  graduation_year integer not null,
  graduation_season smallint not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  constraint students_terms
    check ((starting_year, starting_season) <= (graduation_year, graduation_season))
)
"""

_INVITES = """
create table invites (
  id uuid primary key,
  user_id text not null unique,
  name text not null,
  email text not null,
  create_time timestamptz not null default now()
)
"""

_USERS = """
create table users (
  id uuid primary key,
  issuer text not null,
  subject text not null,
  email text,
  admin boolean not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  constraint users_account unique (issuer, subject)
)
"""


def upgrade() -> None:
    """Creates students, invites and users."""
    op.execute(_STUDENTS)
    op.execute(_INVITES)
    op.execute(_USERS)
    op.execute("create index users_subject on users (subject)")
