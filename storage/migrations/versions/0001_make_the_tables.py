"""Make the tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "condition", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("discriminator", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "names", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["company.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "discriminator"),
    )
    op.create_table(
        "investor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "names", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["investor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column(
            "counts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("trust", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_first_on"), ["first_on"], unique=False)

    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_hash"),
        sa.UniqueConstraint("url"),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_published_on"), ["published_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_source_id"), ["source_id"], unique=False)

    op.create_table(
        "funding_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("round", sa.String(), nullable=True),
        sa.Column("amount_min", sa.BigInteger(), nullable=True),
        sa.Column("amount_max", sa.BigInteger(), nullable=True),
        sa.Column("amount_currency", sa.String(), nullable=True),
        sa.Column("amount_precision", sa.String(), nullable=True),
        sa.Column("amount_usd", sa.Float(), nullable=True),
        sa.Column("valuation_min", sa.BigInteger(), nullable=True),
        sa.Column("valuation_max", sa.BigInteger(), nullable=True),
        sa.Column("valuation_currency", sa.String(), nullable=True),
        sa.Column("valuation_precision", sa.String(), nullable=True),
        sa.Column("valuation_usd", sa.Float(), nullable=True),
        sa.Column("total_raised_min", sa.BigInteger(), nullable=True),
        sa.Column("total_raised_max", sa.BigInteger(), nullable=True),
        sa.Column("total_raised_currency", sa.String(), nullable=True),
        sa.Column("total_raised_precision", sa.String(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("date_precision", sa.String(), nullable=False),
        sa.Column("iso_year", sa.Integer(), nullable=False),
        sa.Column("iso_week", sa.Integer(), nullable=False),
        sa.Column("application", sa.String(), nullable=True),
        sa.Column(
            "application_types",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["funding_event.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("funding_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funding_event_announced_on"), ["announced_on"], unique=False)
        batch_op.create_index("ix_funding_event_company", ["company_id", "announced_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_funding_event_stale"), ["stale"], unique=False)
        batch_op.create_index("ix_funding_event_week", ["iso_year", "iso_week"], unique=False)

    op.create_table(
        "source_state",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("last_success_at", UtcDateTime(), nullable=True),
        sa.Column("last_failure_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
        ),
        sa.PrimaryKeyConstraint("source_id", "url"),
    )
    op.create_table(
        "alert_outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["funding_event.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rule_id", "event_id"),
    )
    with op.batch_alter_table("alert_outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_outbox_addressed"), ["addressed"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_outbox_event_id"), ["event_id"], unique=False)

    op.create_table(
        "article_reading",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("article_id", "version"),
    )
    op.create_table(
        "company_alias",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("learnt_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
        ),
        sa.ForeignKeyConstraint(
            ["learnt_from"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("company_id", "name"),
    )
    with op.batch_alter_table("company_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_alias_key"), ["key"], unique=False)

    op.create_table(
        "event_investor",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("investor_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["funding_event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["investor_id"],
            ["investor.id"],
        ),
        sa.PrimaryKeyConstraint("event_id", "investor_id"),
    )
    with op.batch_alter_table("event_investor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_investor_investor_id"), ["investor_id"], unique=False)

    op.create_table(
        "event_name",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["funding_event.id"],
        ),
        sa.PrimaryKeyConstraint("event_id", "key"),
    )
    with op.batch_alter_table("event_name", schema=None) as batch_op:
        batch_op.create_index("ix_event_name_key", ["key", "announced_on", "event_id"], unique=False)

    op.create_table(
        "event_revision",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "changed", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["funding_event.id"],
        ),
        sa.PrimaryKeyConstraint("event_id", "number"),
    )
    with op.batch_alter_table("event_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_revision_at"), ["at"], unique=False)

    op.create_table(
        "extraction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "company", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("round", sa.String(), nullable=True),
        sa.Column("amount_min", sa.BigInteger(), nullable=True),
        sa.Column("amount_max", sa.BigInteger(), nullable=True),
        sa.Column("amount_currency", sa.String(), nullable=True),
        sa.Column("amount_precision", sa.String(), nullable=True),
        sa.Column("valuation_min", sa.BigInteger(), nullable=True),
        sa.Column("valuation_max", sa.BigInteger(), nullable=True),
        sa.Column("valuation_currency", sa.String(), nullable=True),
        sa.Column("valuation_precision", sa.String(), nullable=True),
        sa.Column("total_raised_min", sa.BigInteger(), nullable=True),
        sa.Column("total_raised_max", sa.BigInteger(), nullable=True),
        sa.Column("total_raised_currency", sa.String(), nullable=True),
        sa.Column("total_raised_precision", sa.String(), nullable=True),
        sa.Column(
            "lead_investors",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "investors", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("date_precision", sa.String(), nullable=True),
        sa.Column("application", sa.String(), nullable=True),
        sa.Column("application_type", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article_id", "version", "ordinal"),
    )
    with op.batch_alter_table("extraction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extraction_article_id"), ["article_id"], unique=False)
        batch_op.create_index("ix_extraction_pending", ["merged", "retired", "told_on", "id"], unique=False)

    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("other_event_id", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column(
            "value", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["funding_event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["other_event_id"],
            ["funding_event.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgement_event_id"), ["event_id"], unique=False)

    op.create_table(
        "story_article",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.ForeignKeyConstraint(
            ["story_id"],
            ["story.id"],
        ),
        sa.PrimaryKeyConstraint("story_id", "article_id"),
    )
    with op.batch_alter_table("story_article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_article_article_id"), ["article_id"], unique=False)

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
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert_outbox.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alert_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_delivery_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index("ix_alert_delivery_due", ["state", "due_at"], unique=False)

    op.create_table(
        "event_mention",
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column(
            "reasons", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("doubt_event_id", sa.String(), nullable=True),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["doubt_event_id"],
            ["funding_event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["funding_event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.id"],
        ),
        sa.PrimaryKeyConstraint("extraction_id"),
    )
    with op.batch_alter_table("event_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_mention_event_id"), ["event_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.id"],
        ),
        sa.PrimaryKeyConstraint("extraction_id", "ordinal"),
    )


def downgrade() -> None:
    op.drop_table("evidence")
    with op.batch_alter_table("event_mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_mention_event_id"))

    op.drop_table("event_mention")
    with op.batch_alter_table("alert_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_delivery_due")
        batch_op.drop_index(batch_op.f("ix_alert_delivery_alert_id"))

    op.drop_table("alert_delivery")
    with op.batch_alter_table("story_article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_article_article_id"))

    op.drop_table("story_article")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgement_event_id"))

    op.drop_table("judgement")
    with op.batch_alter_table("extraction", schema=None) as batch_op:
        batch_op.drop_index("ix_extraction_pending")
        batch_op.drop_index(batch_op.f("ix_extraction_article_id"))

    op.drop_table("extraction")
    with op.batch_alter_table("event_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_revision_at"))

    op.drop_table("event_revision")
    with op.batch_alter_table("event_name", schema=None) as batch_op:
        batch_op.drop_index("ix_event_name_key")

    op.drop_table("event_name")
    with op.batch_alter_table("event_investor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_investor_investor_id"))

    op.drop_table("event_investor")
    with op.batch_alter_table("company_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_alias_key"))

    op.drop_table("company_alias")
    op.drop_table("article_reading")
    with op.batch_alter_table("alert_outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_outbox_event_id"))
        batch_op.drop_index(batch_op.f("ix_alert_outbox_addressed"))

    op.drop_table("alert_outbox")
    op.drop_table("source_state")
    with op.batch_alter_table("funding_event", schema=None) as batch_op:
        batch_op.drop_index("ix_funding_event_week")
        batch_op.drop_index(batch_op.f("ix_funding_event_stale"))
        batch_op.drop_index("ix_funding_event_company")
        batch_op.drop_index(batch_op.f("ix_funding_event_announced_on"))

    op.drop_table("funding_event")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_source_id"))
        batch_op.drop_index(batch_op.f("ix_article_published_on"))

    op.drop_table("article")
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_first_on"))

    op.drop_table("story")
    op.drop_table("source")
    op.drop_table("run")
    op.drop_table("investor")
    op.drop_table("company")
    op.drop_table("alert_rule")
