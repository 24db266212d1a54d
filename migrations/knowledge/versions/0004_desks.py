"""What a team's desk promises: minutes until we say that nobody has come, and replies ready to send"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_desks"
down_revision = "0003_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("team", schema=None) as table:
        table.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("nobody_after", sa.Integer(), nullable=False, server_default="10"))
        table.add_column(sa.Column("quick_replies", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("team", schema=None) as table:
        for column in ("quick_replies", "nobody_after", "position"):
            table.drop_column(column)
