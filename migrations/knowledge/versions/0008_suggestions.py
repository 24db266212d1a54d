"""What residents propose, who says a group is theirs, who decided"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_suggestions"
down_revision = "0007_freshness"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", "kind", "month"),
    )
    op.create_table(
        "suggestion",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["place.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index(op.f("ix_suggestion_ends_on"), "suggestion", ["ends_on"], unique=False)
    op.create_index(op.f("ix_suggestion_place_id"), "suggestion", ["place_id"], unique=False)
    op.create_index(op.f("ix_suggestion_row_id"), "suggestion", ["row_id"], unique=False)
    op.create_index(op.f("ix_suggestion_state"), "suggestion", ["state"], unique=False)
    op.create_table(
        "claim",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_claim_made_at"), "claim", ["made_at"], unique=False)
    op.create_index(op.f("ix_claim_organisation_id"), "claim", ["organisation_id"], unique=False)
    op.add_column("proposal", sa.Column("decided_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("proposal", "decided_by")
    op.drop_index(op.f("ix_claim_organisation_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_made_at"), table_name="claim")
    op.drop_table("claim")
    op.drop_index(op.f("ix_suggestion_state"), table_name="suggestion")
    op.drop_index(op.f("ix_suggestion_row_id"), table_name="suggestion")
    op.drop_index(op.f("ix_suggestion_place_id"), table_name="suggestion")
    op.drop_index(op.f("ix_suggestion_ends_on"), table_name="suggestion")
    op.drop_table("suggestion")
    op.drop_table("interest")
