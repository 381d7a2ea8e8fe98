"""Lay each card in the row of its event's number, where a listing's index leads: a lookup by id takes twice the time."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_EVENT_OF_CARD = "(SELECT funding_event.rowid FROM funding_event WHERE funding_event.id = event_card.event_id)"
_ADD = "CREATE TRIGGER add_event_card AFTER INSERT ON funding_event BEGIN {}; END"
_AT_ROW = (
    "INSERT OR REPLACE INTO event_card (rowid, event_id, form, listed, line) VALUES (NEW.rowid, NEW.id, 0, '', '')"
)
_ANYWHERE = "INSERT INTO event_card (event_id, form, listed, line) VALUES (NEW.id, 0, '', '')"


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    if not _is_sqlite():
        return
    astray = f"SELECT 1 FROM event_card WHERE rowid <> {_EVENT_OF_CARD} LIMIT 1"
    if op.get_bind().exec_driver_sql(astray).first():
        # by way of numbers that no row has
        op.execute(f"UPDATE event_card SET rowid = -{_EVENT_OF_CARD}")
        op.execute("UPDATE event_card SET rowid = -rowid")
    _add_trigger(_AT_ROW)


def downgrade() -> None:
    if _is_sqlite():
        _add_trigger(_ANYWHERE)


def _add_trigger(done: str) -> None:
    op.execute("DROP TRIGGER add_event_card")
    op.execute(_ADD.format(done))
