"""Keep events written out for listings, and notice whatever changes what stands on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MONEY = [f"{name}_{part}" for name in ("amount", "valuation", "total_raised") for part in ("min", "max", "currency", "precision")]
_SHOWN = ", ".join(
    [
        "company_id", "kind", "status", "round", *_MONEY, "amount_usd", "valuation_usd", "announced_on", "date_precision",
        "iso_year", "iso_week", "application", "application_types", "sector", "country", "company_as", "confidence", "revision",
    ]
)  # fmt: skip
_SPOIL = "UPDATE event_card SET form = 0 WHERE form <> 0 AND event_id"
# rows of older versions show their party's names; all others only its key, which never changes
_OF_COMPANY = "SELECT id FROM funding_event WHERE company_id = NEW.id AND (OLD.key <> NEW.key OR {unnamed})"
_OF_INVESTOR = "SELECT event_id FROM event_investor WHERE investor_id = NEW.id AND (OLD.key <> NEW.key OR {unnamed})"

# name, when, and what is done
_TRIGGERS = (
    ("add_event_card", "INSERT ON funding_event", "INSERT INTO event_card (event_id, form, listed, line) VALUES (NEW.id, 0, '', '')"),
    ("spoil_card_of_event", f"UPDATE OF {_SHOWN} ON funding_event", f"{_SPOIL} = NEW.id"),
    ("spoil_card_of_new_part", "INSERT ON event_investor", f"{_SPOIL} = NEW.event_id"),
    ("spoil_card_of_part", "UPDATE ON event_investor", f"{_SPOIL} IN (OLD.event_id, NEW.event_id)"),
    ("spoil_card_of_old_part", "DELETE ON event_investor", f"{_SPOIL} = OLD.event_id"),
    ("spoil_cards_of_company", "UPDATE OF key, name, names ON company", f"{_SPOIL} IN ({_OF_COMPANY})"),
    ("spoil_cards_of_investor", "UPDATE OF key, name, names ON investor", f"{_SPOIL} IN ({_OF_INVESTOR})"),
)  # fmt: skip


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    op.create_table(
        "event_card",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("listed", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["funding_event.id"]),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.execute("INSERT INTO event_card (event_id, form, listed, line) SELECT id, 0, '', '' FROM funding_event")
    op.create_index("ix_event_card_form", "event_card", ["form"])
    for name, when, done in _TRIGGERS:
        column = "company_as" if "company" in name else "named_as"
        empty = f"{column} = 'null'::jsonb" if _is_postgres() else f"{column} = 'null'"
        _add_trigger(name, when, done.format(unnamed=f"{column} IS NULL OR {empty}"))


def _add_trigger(name: str, when: str, done: str) -> None:
    if not _is_postgres():
        op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {done}; END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {done}; RETURN NULL; END $$ LANGUAGE plpgsql")
    op.execute(f"CREATE TRIGGER {name} AFTER {when} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, when, _ in _TRIGGERS:
        if _is_postgres():
            op.execute(f"DROP TRIGGER {name} ON {when.rsplit(' ', 1)[1]}")
            op.execute(f"DROP FUNCTION {name}")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("event_card")
