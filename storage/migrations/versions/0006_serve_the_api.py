"""Number changes in the order of commits, index listings and searches, and keep keys, journal, watch lists, switches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_LISTED = ["amount_usd", "status", "kind", "merged_into", "withdrawn", "id"]

# the lock makes the numbers' order that of the commits, also where several write at once
_POSTGRES = (
    """
    CREATE FUNCTION note_event_change() RETURNS trigger AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(7203115);
        INSERT INTO event_change (event_id, number) VALUES (NEW.event_id, NEW.number);
        RETURN NULL;
    END $$ LANGUAGE plpgsql
    """,
    "CREATE TRIGGER note_event_change AFTER INSERT ON event_revision FOR EACH ROW EXECUTE FUNCTION note_event_change()",
    "CREATE TABLE search_index (id INTEGER PRIMARY KEY, tokens tsvector NOT NULL)",
    "CREATE INDEX search_index_tokens ON search_index USING gin (tokens)",
)
_SQLITE = (
    """
    CREATE TRIGGER note_event_change AFTER INSERT ON event_revision
    BEGIN
        INSERT INTO event_change (event_id, number) VALUES (NEW.event_id, NEW.number);
    END
    """,
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, tokenize='unicode61 remove_diacritics 2')",
)


def upgrade() -> None:
    op.create_index("ix_funding_event_in_week", "funding_event", ["iso_year", "iso_week", *_LISTED])
    op.create_index("ix_funding_event_by_day", "funding_event", ["announced_on", *_LISTED])
    op.create_table(
        "event_change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["funding_event.id"]),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.execute(
        "INSERT INTO event_change (event_id, number) SELECT event_id, number FROM event_revision ORDER BY at, event_id, number"
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "ref"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scopes", _JSON, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "watch_list",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "source_switch",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id"),
    )
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER note_event_change ON event_revision")
        op.execute("DROP FUNCTION note_event_change")
    else:
        op.execute("DROP TRIGGER note_event_change")
    op.execute("DROP TABLE search_index")
    for table in ("source_switch", "watch_list", "journal", "api_key", "search_entry", "event_change"):
        op.drop_table(table)
    for name in ("ix_funding_event_by_day", "ix_funding_event_in_week"):
        op.drop_index(name, table_name="funding_event")
