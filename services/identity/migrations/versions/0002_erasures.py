"""Deleted accounts: that they are gone for good, and who has forgotten their users."""

from alembic import op

revision = "0002"
down_revision = "0001"

_ERASURES = """
create table erasures (
  id uuid primary key,
  user_id uuid,
  issuer text not null,
  subject text not null,
  user_subject text not null,
  shared boolean not null,
  create_time timestamptz not null default now(),
  told_time timestamptz not null default now(),
  times_told integer not null default 1,
  complete_time timestamptz,
  constraint erasures_account unique (issuer, subject)
)
"""

_STEPS = """
create table erasure_steps (
  erasure_id uuid not null references erasures (id),
  service text not null,
  row_count integer not null,
  done_time timestamptz not null default now(),
  primary key (erasure_id, service)
)
"""


def upgrade() -> None:
    """Creates erasures and their steps; users remember how new what was told of them is."""
    op.execute("alter table users add column told_time timestamptz")
    op.execute(_ERASURES)
    op.execute("create index erasures_pending on erasures (id) where complete_time is null")
    op.execute(_STEPS)
