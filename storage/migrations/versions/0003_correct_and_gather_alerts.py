"""Let alerts be corrected, gathered into digests and kept in order; keep whole rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

_EVENT = sa.table("funding_event", sa.column("id"), sa.column("status"), sa.column("amount_usd"))
_OLD_OUTBOX = sa.table(
    "alert_outbox",
    sa.column("id"),
    sa.column("rule_id"),
    sa.column("event_id"),
    sa.column("revision"),
    sa.column("put_at", UtcDateTime()),
    sa.column("addressed", sa.Boolean()),
)
_OLD_DELIVERY = sa.table(
    "alert_delivery",
    sa.column("alert_id"),
    sa.column("channel"),
    sa.column("state"),
    sa.column("attempts"),
    sa.column("due_at", UtcDateTime()),
    sa.column("error"),
    sa.column("ended_at", UtcDateTime()),
)


def upgrade() -> None:
    connection = op.get_bind()
    told = sa.select(_OLD_OUTBOX, _EVENT.c.status, _EVENT.c.amount_usd).join_from(
        _OLD_OUTBOX, _EVENT, _EVENT.c.id == _OLD_OUTBOX.c.event_id
    )
    ordered = told.order_by(_OLD_OUTBOX.c.put_at, _OLD_OUTBOX.c.id)
    alerts = [dict(row) for row in connection.execute(ordered).mappings()]
    deliveries = [dict(row) for row in connection.execute(sa.select(_OLD_DELIVERY)).mappings()]
    for table in ("alert_delivery", "alert_outbox", "alert_rule"):
        op.drop_table(table)
    outbox, delivery = _create_tables()
    seqs = {alert["id"]: seq for seq, alert in enumerate(alerts, 1)}
    events = {alert["id"]: alert["event_id"] for alert in alerts}
    for alert in alerts:
        # the rows go in by their order, and so get the numbers of `seqs`
        connection.execute(outbox.insert().values(number=0, **alert))
    for row in deliveries:
        alert_id = row.pop("alert_id")
        lane = f"{row['channel']}/{events[alert_id]}"
        connection.execute(delivery.insert().values(alert_seq=seqs[alert_id], message_id=alert_id, lane=lane, **row))


def _create_tables() -> tuple[sa.Table, sa.Table]:
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    outbox = op.create_table(
        "alert_outbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount_usd", sa.Float(), nullable=True),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["funding_event.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("rule_id", "event_id", "number"),
    )
    op.create_index("ix_alert_outbox_addressed", "alert_outbox", ["addressed"])
    op.create_index("ix_alert_outbox_event_id", "alert_outbox", ["event_id"])
    delivery = op.create_table(
        "alert_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["alert_seq"], ["alert_outbox.seq"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alert_seq", "channel"),
    )
    op.create_index("ix_alert_delivery_due", "alert_delivery", ["channel", "state", "due_at"])
    op.create_index("ix_alert_delivery_lane", "alert_delivery", ["lane", "state", "alert_seq"])
    op.create_index("ix_alert_delivery_tried", "alert_delivery", ["channel", "tried_at"])
    op.create_index("ix_alert_delivery_message_id", "alert_delivery", ["message_id"])
    return outbox, delivery


def downgrade() -> None:
    for table in ("alert_delivery", "alert_outbox", "alert_rule"):
        op.drop_table(table)
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("condition", _JSON, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "alert_outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["funding_event.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rule_id", "event_id"),
    )
    op.create_index("ix_alert_outbox_addressed", "alert_outbox", ["addressed"])
    op.create_index("ix_alert_outbox_event_id", "alert_outbox", ["event_id"])
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert_outbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_delivery_alert_id", "alert_delivery", ["alert_id"])
    op.create_index("ix_alert_delivery_due", "alert_delivery", ["state", "due_at"])
