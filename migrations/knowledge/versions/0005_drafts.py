"""Forms begun and not sent, groups that publish at once, changes that wait"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_drafts"
down_revision = "0004_desks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "path"),
    )
    op.create_index(op.f("ix_kept_form_saved_at"), "kept_form", ["saved_at"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("author", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["place.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_proposal_author"), "proposal", ["author"], unique=False)
    op.create_index(op.f("ix_proposal_organisation_id"), "proposal", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_proposal_place_id"), "proposal", ["place_id"], unique=False)
    op.create_index(op.f("ix_proposal_row_id"), "proposal", ["row_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_table(
        "trusted",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation_id"),
    )


def downgrade() -> None:
    op.drop_table("trusted")
    op.drop_index(op.f("ix_proposal_state"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_row_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_place_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_organisation_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_author"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_kept_form_saved_at"), table_name="kept_form")
    op.drop_table("kept_form")
