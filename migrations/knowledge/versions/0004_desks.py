"""What a team's desk promises, and who is vouched for as an advocate"""

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
    op.create_table(
        "vouching",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("vouched_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("person_id", "organisation_id", "place_id"):
        op.create_index(f"ix_vouching_{column}", "vouching", [column])


def downgrade() -> None:
    op.drop_table("vouching")
    with op.batch_alter_table("team", schema=None) as table:
        for column in ("quick_replies", "nobody_after", "position"):
            table.drop_column(column)
