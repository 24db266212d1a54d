"""What residents said is wrong with an entry"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_flags"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flag",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_entry_id"), "flag", ["entry_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_flag_entry_id"), table_name="flag")
    op.drop_table("flag")
