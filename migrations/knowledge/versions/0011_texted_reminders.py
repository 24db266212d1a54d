"""Reminders by text: an editor's own number, sealed, and letters that go by text"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_texted_reminders"
down_revision = "0010_sheets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telephone",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("known", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("code_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure_of", sa.Uuid(), nullable=True),
        sa.Column("heard", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(op.f("ix_telephone_known"), "telephone", ["known"], unique=False)
    with op.batch_alter_table("letter") as table:
        table.add_column(sa.Column("by", sa.String(length=5), nullable=False, server_default="email"))


def downgrade() -> None:
    with op.batch_alter_table("letter") as table:
        table.drop_column("by")
    op.drop_index(op.f("ix_telephone_known"), table_name="telephone")
    op.drop_table("telephone")
