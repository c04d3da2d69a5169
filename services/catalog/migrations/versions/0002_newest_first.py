"""Lists with the newest first, and sections by class number alone."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the indexes these are read by."""
    op.create_index("courses_newest", "courses", ["level", "id"])
    op.create_index("offerings_newest", "offerings", ["year", "season", "id"])
    op.create_index("offerings_class_number", "offerings", ["class_number"])
