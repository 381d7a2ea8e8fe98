"""Add the frontier: what sources told of and is still to be fetched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frontier",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "entry", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("flaw", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("url"),
    )
    op.create_index("ix_frontier_source", "frontier", ["source_id", "done_at", "position"])
    op.add_column("source_state", sa.Column("flaw", sa.String(), nullable=True))
    op.add_column("source_state", sa.Column("last_item_at", UtcDateTime(), nullable=True))
    op.add_column("source_state", sa.Column("usual_gap", sa.Float(), nullable=True))
    op.add_column("source_state", sa.Column("retry_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    for column in ("retry_at", "usual_gap", "last_item_at", "flaw"):
        op.drop_column("source_state", column)
    op.drop_table("frontier")
