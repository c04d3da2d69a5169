"""The table of the acceptance service."""

from alembic import op

revision = "0001"
down_revision = None

_DOCUMENTS = """
create table documents (
  seq bigint generated always as identity primary key,
  id uuid not null unique,
  channel text not null,
  body text not null,
  author text,
  created timestamptz not null default now()
)
"""


def upgrade() -> None:
    """Creates documents."""
    op.execute(_DOCUMENTS)
    op.execute("create index documents_channel on documents (channel, seq)")
