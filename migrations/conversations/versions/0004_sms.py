"""Texts: who writes, what waits, what was sent, what was counted, one-time codes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_sms"
down_revision = "0003_handover"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    with op.batch_alter_table("text_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_code_until"), ["until"], unique=False)

    op.create_table(
        "text_count",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("text_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_count_until"), ["until"], unique=False)

    op.create_table(
        "text_in",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("ours", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("order_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference_hash"),
    )
    with op.batch_alter_table("text_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_in_not_before"), ["not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_in_person"), ["person"], unique=False)

    op.create_table(
        "text_out",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("ours", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("receipt", sa.String(length=10), nullable=False),
        sa.Column("error", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplier_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cause"),
        sa.UniqueConstraint("reference"),
    )
    with op.batch_alter_table("text_out", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_out_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_out_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_out_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_out_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "texter",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("ours", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    with op.batch_alter_table("texter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texter_seen_at"), ["seen_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("texter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_texter_seen_at"))

    op.drop_table("texter")
    with op.batch_alter_table("text_out", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_out_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_text_out_state"))
        batch_op.drop_index(batch_op.f("ix_text_out_person"))
        batch_op.drop_index(batch_op.f("ix_text_out_made_at"))

    op.drop_table("text_out")
    with op.batch_alter_table("text_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_in_person"))
        batch_op.drop_index(batch_op.f("ix_text_in_not_before"))

    op.drop_table("text_in")
    with op.batch_alter_table("text_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_count_until"))

    op.drop_table("text_count")
    with op.batch_alter_table("text_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_code_until"))

    op.drop_table("text_code")
