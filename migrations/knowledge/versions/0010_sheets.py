"""Spreadsheets that were read in, so that they can be undone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_sheets"
down_revision = "0009_demand"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_run",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sheet_run_organisation_id"), "sheet_run", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_sheet_run_person_id"), "sheet_run", ["person_id"], unique=False)
    op.create_table(
        "sheet_change",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sheet_run.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sheet_change_run_id"), "sheet_change", ["run_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sheet_change_run_id"), table_name="sheet_change")
    op.drop_table("sheet_change")
    op.drop_index(op.f("ix_sheet_run_person_id"), table_name="sheet_run")
    op.drop_index(op.f("ix_sheet_run_organisation_id"), table_name="sheet_run")
    op.drop_table("sheet_run")
