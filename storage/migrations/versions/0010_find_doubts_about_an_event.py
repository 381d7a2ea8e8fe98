"""Find the doubts about an event without reading all mentions: few of them have one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    doubtful = sa.text("doubt_event_id IS NOT NULL")
    op.create_index(
        "ix_event_mention_doubt_event_id",
        "event_mention",
        ["doubt_event_id"],
        sqlite_where=doubtful,
        postgresql_where=doubtful,
    )


def downgrade() -> None:
    op.drop_index("ix_event_mention_doubt_event_id", table_name="event_mention")
