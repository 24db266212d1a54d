"""Receipts for what was deleted, so that their holder can look them up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_receipts"
down_revision = "0005_forwarded"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference_hash"),
    )
    op.create_index("ix_receipt_made_at", "receipt", ["made_at"])


def downgrade() -> None:
    op.drop_table("receipt")
