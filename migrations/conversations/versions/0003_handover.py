"""Handovers: who owns a conversation, what was agreed and shared, who looked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_handover"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ownership",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=True),
        sa.Column("clerk", sa.String(length=40), nullable=False),
        sa.Column("clerk_name", sa.String(length=120), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("ix_ownership_handover_id", "ownership", ["handover_id"])
    op.create_index("ix_ownership_lease_until", "ownership", ["lease_until"])
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("team", sa.Uuid(), nullable=False),
        sa.Column("proposed", sa.Uuid(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("ending", sa.String(length=20), nullable=False),
        sa.Column("helped", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("conversation_id", "sender", "team", "closed_at"):
        op.create_index(f"ix_handover_{column}", "handover", [column])
    op.create_table(
        "handover_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        sqlite_autoincrement=True,  # a page asks for what came after a number: none is used twice
    )
    op.create_index("ix_handover_item_handover_id", "handover_item", ["handover_id"])
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.Uuid(), nullable=False),
        sa.Column("team_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("callback", sa.Boolean(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("wording_version", sa.String(length=16), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("taken_back_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agreement_handover_id", "agreement", ["handover_id"])
    op.create_index("ix_agreement_closed_at", "agreement", ["closed_at"])
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("reader", sa.String(length=40), nullable=False),
        sa.Column("reader_name", sa.String(length=120), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_look_about_id", "look", ["about_id"])
    op.create_index("ix_look_at", "look", ["at"])
    op.create_table(
        "presence",
        sa.Column("clerk", sa.String(length=40), nullable=False),
        sa.Column("team", sa.Uuid(), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("clerk", "team"),
    )
    op.create_index("ix_presence_seen_at", "presence", ["seen_at"])
    op.create_table(
        "keepsake",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_table(
        "letting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("may", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("advocate", sa.String(length=40), nullable=False),
        sa.Column("advocate_name", sa.String(length=120), nullable=False),
        sa.Column("vouching", sa.Uuid(), nullable=True),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_index("ix_letting_conversation_id", "letting", ["conversation_id"])
    op.create_index("ix_letting_advocate", "letting", ["advocate"])


def downgrade() -> None:
    for table in ("letting", "keepsake", "presence", "look", "agreement", "handover_item", "handover", "ownership"):
        op.drop_table(table)
