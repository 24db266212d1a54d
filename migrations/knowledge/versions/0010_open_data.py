"""When an organisation last changed; the first day, the last day and the breaks of a timetable"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_open_data"
down_revision = "0002_flags"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("schedule", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("schedule", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("schedule", sa.Column("breaks", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for column in ("breaks", "ends_on", "starts_on"):
        op.drop_column("schedule", column)
    op.drop_column("organisation", "changed_at")
