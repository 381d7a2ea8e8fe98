"""Keep judgements by what articles claim, whole events in their history, and each event's own spelling of names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_ADDED = (
    ("funding_event", "company_as"),
    ("funding_event", "status_dates"),
    ("event_investor", "named_as"),
    ("event_revision", "event"),
)


def upgrade() -> None:
    for table, column in _ADDED:
        op.add_column(table, sa.Column(column, _JSON, nullable=True))
    # nothing could write a judgement before
    op.drop_table("judgement")
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("value", _JSON, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "judgement_anchor",
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("company_key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"]),
        sa.PrimaryKeyConstraint("judgement_id", "side", "position"),
    )
    op.create_index("ix_judgement_anchor_company_key", "judgement_anchor", ["company_key"])


def downgrade() -> None:
    op.drop_table("judgement_anchor")
    op.drop_table("judgement")
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("other_event_id", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("value", _JSON, nullable=True),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["funding_event.id"]),
        sa.ForeignKeyConstraint(["other_event_id"], ["funding_event.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_judgement_event_id", "judgement", ["event_id"])
    for table, column in _ADDED:
        op.drop_column(table, column)
