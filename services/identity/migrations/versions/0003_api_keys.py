"""API keys."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_API_KEYS = """
create table api_keys (
  id uuid primary key,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null unique,
  create_time timestamptz not null default now(),
  expire_time timestamptz,
  revoke_time timestamptz,
  last_use_time timestamptz
)
"""


def upgrade() -> None:
    """Creates their table."""
    op.execute(_API_KEYS)
    op.create_index("api_keys_name", "api_keys", ["name"])
