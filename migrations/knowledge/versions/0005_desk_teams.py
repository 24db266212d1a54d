"""Desks: teams that a resident may be handed to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_desk_teams"
down_revision = "0002_flags"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("nobody_after", sa.Integer(), nullable=False),
        sa.Column("quick_replies", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_desk_team_place_id", "desk_team", ["place_id"])


def downgrade() -> None:
    op.drop_table("desk_team")
