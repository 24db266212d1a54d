"""What was asked for, in numbers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_demand"
down_revision = "0008_suggestions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demand",
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("wish", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("need", "wish", "area", "month", "outcome"),
    )


def downgrade() -> None:
    op.drop_table("demand")
