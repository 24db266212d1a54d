"""Handovers that an inbox elsewhere holds a copy of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_forwarded"
down_revision = "0004_sms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forwarded",
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("talk", sa.String(length=60), nullable=False),
        sa.Column("last_item", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("handover_id"),
    )
    op.create_index("ix_forwarded_talk", "forwarded", ["talk"])
    op.create_index("ix_forwarded_due_at", "forwarded", ["due_at"])


def downgrade() -> None:
    op.drop_table("forwarded")
