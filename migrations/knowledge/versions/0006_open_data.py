"""When an organisation last changed; a timetable's first and last day and breaks; building numbers; feeds followed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_open_data"
down_revision = "0005_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("schedule", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("schedule", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("schedule", sa.Column("breaks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("location", sa.Column("uprn", sa.String(length=12), nullable=False, server_default=""))
    op.create_table(
        "feed",
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("address", name=op.f("uq_feed_address")),
    )


def downgrade() -> None:
    op.drop_table("feed")
    op.drop_column("location", "uprn")
    for column in ("breaks", "ends_on", "starts_on"):
        op.drop_column("schedule", column)
    op.drop_column("organisation", "changed_at")
