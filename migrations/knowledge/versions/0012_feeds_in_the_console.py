"""Followed feeds in the console: what was asked for, and entries about which a feed and we disagree"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_feeds_in_the_console"
down_revision = "0011_texted_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conflict",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("row_id"),
    )
    op.create_index(op.f("ix_conflict_source"), "conflict", ["source"], unique=False)
    with op.batch_alter_table("feed") as table:
        table.add_column(sa.Column("wanted", sa.String(length=10), nullable=False, server_default=""))
        table.add_column(sa.Column("wrote_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("feed") as table:
        table.drop_column("wrote_at")
        table.drop_column("wanted")
    op.drop_index(op.f("ix_conflict_source"), table_name="conflict")
    op.drop_table("conflict")
