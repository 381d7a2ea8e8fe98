"""Keep other names of investors, and find the judgements on names without reading those on events."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "investor_alias",
        sa.Column("investor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("learnt_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["investor_id"], ["investor.id"]),
        sa.ForeignKeyConstraint(["learnt_from"], ["article.id"]),
        sa.PrimaryKeyConstraint("investor_id", "name"),
    )
    op.create_index("ix_investor_alias_key", "investor_alias", ["key"])
    op.create_index("ix_judgement_verdict", "judgement", ["verdict"])


def downgrade() -> None:
    op.drop_index("ix_judgement_verdict", table_name="judgement")
    op.drop_index("ix_investor_alias_key", table_name="investor_alias")
    op.drop_table("investor_alias")
