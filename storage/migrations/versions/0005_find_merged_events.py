"""Find the events that were merged into one without reading them all; keep deliveries in the order they are claimed."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_funding_event_merged_into", "funding_event", ["merged_into"])
    op.drop_index("ix_alert_delivery_due", table_name="alert_delivery")
    op.create_index("ix_alert_delivery_due", "alert_delivery", ["channel", "state", "due_at", "alert_seq"])


def downgrade() -> None:
    op.drop_index("ix_alert_delivery_due", table_name="alert_delivery")
    op.create_index("ix_alert_delivery_due", "alert_delivery", ["channel", "state", "due_at"])
    op.drop_index("ix_funding_event_merged_into", table_name="funding_event")
