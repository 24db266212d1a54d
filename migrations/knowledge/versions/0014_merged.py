"""Entries that were merged into another, so that their addresses still lead somewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_merged"
down_revision = "0013_second_step"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged",
        sa.Column("lost_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("lost_id"),
    )
    op.create_index(op.f("ix_merged_kept_id"), "merged", ["kept_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_merged_kept_id"), table_name="merged")
    op.drop_table("merged")
