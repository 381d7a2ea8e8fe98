"""Keep under which events extractions were filed before, and tell the topics of the articles that are there."""

import sqlalchemy as sa
from alembic import op

from domain.topics import find_topic
from storage.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHUNK = 1000
_ARTICLE = sa.table("article", sa.column("id"), sa.column("title"), sa.column("text"), sa.column("topic"))


def upgrade() -> None:
    op.create_table(
        "event_mention_past",
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["extraction_id"], ["extraction.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["funding_event.id"]),
        sa.PrimaryKeyConstraint("extraction_id", "left_at"),
    )
    op.create_index("ix_event_mention_past_event_id", "event_mention_past", ["event_id"])
    _tell_topics(op.get_bind())


def _tell_topics(connection: sa.Connection) -> None:
    last = 0
    wanted = sa.select(_ARTICLE).where(_ARTICLE.c.topic.is_(None)).order_by(_ARTICLE.c.id).limit(_CHUNK)
    change = sa.update(_ARTICLE).where(_ARTICLE.c.id == sa.bindparam("this_id")).values(topic=sa.bindparam("told"))
    while rows := connection.execute(wanted.where(_ARTICLE.c.id > last)).all():
        told = [{"this_id": row.id, "told": find_topic(row.title, row.text)} for row in rows]
        if known := [row for row in told if row["told"]]:
            connection.execute(change, known)
        last = rows[-1].id


def downgrade() -> None:
    op.drop_index("ix_event_mention_past_event_id", table_name="event_mention_past")
    op.drop_table("event_mention_past")
