"""Who was asked whether an entry is still right, and how links and numbers did"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_freshness"
down_revision = "0006_open_data"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_asked_letter"), "asked", ["letter"], unique=False)
    op.create_index(op.f("ix_asked_person_id"), "asked", ["person_id"], unique=False)
    op.create_index(op.f("ix_asked_row_id"), "asked", ["row_id"], unique=False)
    op.create_table(
        "reach",
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("row_id", "kind", "value"),
    )
    op.create_index(op.f("ix_reach_row_id"), "reach", ["row_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reach_row_id"), table_name="reach")
    op.drop_table("reach")
    op.drop_index(op.f("ix_asked_row_id"), table_name="asked")
    op.drop_index(op.f("ix_asked_person_id"), table_name="asked")
    op.drop_index(op.f("ix_asked_letter"), table_name="asked")
    op.drop_table("asked")
