"""Index the merged events alone: without statistics SQLite took this index to be the best way to all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NAME, _TABLE, _COLUMNS = "ix_funding_event_merged_into", "funding_event", ["merged_into"]


def upgrade() -> None:
    merged = sa.text("merged_into IS NOT NULL")
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, _COLUMNS, sqlite_where=merged, postgresql_where=merged)


def downgrade() -> None:
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, _COLUMNS)
