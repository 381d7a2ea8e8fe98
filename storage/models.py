"""The tables: real columns, foreign keys and indexes, for whoever reads the database with other tools.

    source ── source_state, frontier                     how fetching goes, what it told of and is to be fetched
    source ── article ── extraction ── evidence          what was published, and what was read in it
                              │
                        event_mention ── funding_event ── event_revision, event_investor, event_name
                                              │
                                       company, investor ── their aliases
    alert, alert_delivery · judgement ── judgement_anchor · alert_rule · story, story_article · run
    event_change (every revision, by commit) · event_card (an event written out)
    search_entry · api_key · journal · watch_list · source_switch

These classes say what the schema is; the migrations make it, and a test compares the two.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from storage.types import UtcDateTime

Json = JSON().with_variant(JSONB(), "postgresql")


def _json(default: Any = None) -> Any:
    return Field(sa_column=Column(Json, nullable=False), default=default)


def _maybe_json() -> Any:
    return Field(sa_column=Column(Json, nullable=True), default=None)


def _big() -> Any:
    return Field(default=None, sa_type=BigInteger)


def _time(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable, index=index)


def _where(condition: str) -> dict[str, Any]:
    """What keeps an index to some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class SourceRow(SQLModel, table=True):
    """An outlet or feed that articles come from."""

    __tablename__ = "source"
    id: str = Field(primary_key=True)
    name: str
    language: str | None = None
    country: str | None = None
    trust: float = 0.5


class SourceStateRow(SQLModel, table=True):
    """What the last fetches of a source's address gave; an empty `url` stands for the source as a whole."""

    __tablename__ = "source_state"
    source_id: str = Field(primary_key=True, foreign_key="source.id")
    url: str = Field(primary_key=True, default="")
    etag: str | None = None
    last_modified: str | None = None
    last_success_at: datetime | None = _time(nullable=True)
    last_failure_at: datetime | None = _time(nullable=True)
    failures: int = 0
    last_error: str | None = None
    flaw: str | None = None
    last_item_at: datetime | None = _time(nullable=True)
    usual_gap: float | None = None
    retry_at: datetime | None = _time(nullable=True)


class FrontierRow(SQLModel, table=True):
    """An address that a source told of: to be fetched while `done_at` is empty, never again afterwards."""

    __tablename__ = "frontier"
    __table_args__ = (Index("ix_frontier_source", "source_id", "done_at", "position"),)
    url: str = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id")
    position: int
    entry: dict[str, Any] = _json()
    found_at: datetime = _time()
    done_at: datetime | None = _time(nullable=True)
    tries: int = 0
    flaw: str | None = None


class ArticleRow(SQLModel, table=True):
    """A news item as it was published."""

    __tablename__ = "article"
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    content_hash: str = Field(unique=True)
    title: str
    text: str
    language: str | None = None
    published_on: date | None = Field(default=None, index=True)
    published_at: datetime | None = _time(nullable=True)
    fetched_at: datetime | None = _time(nullable=True)
    source_id: str | None = Field(default=None, foreign_key="source.id", index=True)
    author: str | None = None
    topic: str | None = None
    added_at: datetime = _time()


class ArticleReadingRow(SQLModel, table=True):
    """That a version of the extractor has read an article, also where it found nothing."""

    __tablename__ = "article_reading"
    article_id: int = Field(primary_key=True, foreign_key="article.id")
    version: str = Field(primary_key=True)
    found: int
    read_at: datetime = _time()


class ExtractionRow(SQLModel, table=True):
    """One funding event as one article tells it; retired once a newer reading of the article took its place."""

    __tablename__ = "extraction"
    __table_args__ = (
        UniqueConstraint("article_id", "version", "ordinal"),
        Index("ix_extraction_pending", "merged", "retired", "told_on", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    version: str
    ordinal: int
    company: list[str] = _json()
    status: str
    kind: str
    round: str | None = None
    amount_min: int | None = _big()
    amount_max: int | None = _big()
    amount_currency: str | None = None
    amount_precision: str | None = None
    valuation_min: int | None = _big()
    valuation_max: int | None = _big()
    valuation_currency: str | None = None
    valuation_precision: str | None = None
    total_raised_min: int | None = _big()
    total_raised_max: int | None = _big()
    total_raised_currency: str | None = None
    total_raised_precision: str | None = None
    lead_investors: list[str] = _json()
    investors: list[str] = _json()
    announced_on: date | None = None
    date_precision: str | None = None
    application: str | None = None
    application_type: str | None = None
    language: str | None = None
    confidence: float
    # the article's day once more: merging goes by it
    told_on: date
    merged: bool = False
    retired: bool = False


class EvidenceRow(SQLModel, table=True):
    """The words that bear a field of an extraction out; offsets count in title, line feed, text."""

    __tablename__ = "evidence"
    extraction_id: int = Field(primary_key=True, foreign_key="extraction.id")
    ordinal: int = Field(primary_key=True)
    field: str
    start: int
    end: int
    quote: str


class CompanyRow(SQLModel, table=True):
    """Who receives money; `discriminator` tells companies of one name apart, `names` are to show, by language."""

    __tablename__ = "company"
    __table_args__ = (UniqueConstraint("key", "discriminator"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str
    discriminator: str = ""
    name: str
    names: dict[str, str] = _json()
    country: str | None = None
    sector: str | None = None
    merged_into: int | None = Field(default=None, foreign_key="company.id")


class CompanyAliasRow(SQLModel, table=True):
    """A name of a company, and the article where it was learnt first (none: a person said so)."""

    __tablename__ = "company_alias"
    company_id: int = Field(primary_key=True, foreign_key="company.id")
    name: str = Field(primary_key=True)
    key: str = Field(index=True)
    learnt_from: int | None = Field(default=None, foreign_key="article.id")


class InvestorRow(SQLModel, table=True):
    """Who gives money."""

    __tablename__ = "investor"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    names: dict[str, str] = _json()
    country: str | None = None
    kind: str | None = None
    merged_into: int | None = Field(default=None, foreign_key="investor.id")


class InvestorAliasRow(SQLModel, table=True):
    """Another name of an investor, and the article where it was learnt first (none: a person said so)."""

    __tablename__ = "investor_alias"
    investor_id: int = Field(primary_key=True, foreign_key="investor.id")
    name: str = Field(primary_key=True)
    key: str = Field(index=True)
    learnt_from: int | None = Field(default=None, foreign_key="article.id")


_LISTED = ("amount_usd", "status", "kind", "merged_into", "withdrawn", "id")
_LISTED_BY_WEEK = ("iso_year", "iso_week", *_LISTED)
_LISTED_BY_DAY = ("announced_on", *_LISTED)


class EventRow(SQLModel, table=True):
    """One financing of one company, fused from the extractions filed under it.

    `stale` says that members left and fusion has to be done again, `withdrawn` that none is left.
    """

    __tablename__ = "funding_event"
    __table_args__ = (
        Index("ix_funding_event_week", "iso_year", "iso_week"),
        Index("ix_funding_event_company", "company_id", "announced_on"),
        # listings are found and ordered within these, without a look at the rows
        Index("ix_funding_event_in_week", *_LISTED_BY_WEEK),
        Index("ix_funding_event_by_day", *_LISTED_BY_DAY),
        # of those alone that were merged: nearly all were not, and whoever plans without statistics takes them for few
        Index("ix_funding_event_merged_into", "merged_into", **_where("merged_into IS NOT NULL")),
    )
    id: str = Field(primary_key=True)
    company_id: int = Field(foreign_key="company.id")
    kind: str
    status: str
    round: str | None = None
    amount_min: int | None = _big()
    amount_max: int | None = _big()
    amount_currency: str | None = None
    amount_precision: str | None = None
    amount_usd: float | None = None
    valuation_min: int | None = _big()
    valuation_max: int | None = _big()
    valuation_currency: str | None = None
    valuation_precision: str | None = None
    valuation_usd: float | None = None
    total_raised_min: int | None = _big()
    total_raised_max: int | None = _big()
    total_raised_currency: str | None = None
    total_raised_precision: str | None = None
    announced_on: date = Field(index=True)
    date_precision: str
    iso_year: int
    iso_week: int
    application: str | None = None
    application_types: dict[str, str] = _json()
    sector: str | None = None
    country: str | None = None
    # the names that this event's own articles use
    company_as: dict[str, Any] | None = _maybe_json()
    status_dates: dict[str, str] | None = _maybe_json()
    confidence: float
    revision: int
    merged_into: str | None = Field(default=None, foreign_key="funding_event.id")
    stale: bool = Field(default=False, index=True)
    withdrawn: bool = False
    created_at: datetime = _time()
    updated_at: datetime = _time()


class EventNameRow(SQLModel, table=True):
    """The keys under which an event's company is looked up when a new claim comes in."""

    __tablename__ = "event_name"
    __table_args__ = (Index("ix_event_name_key", "key", "announced_on", "event_id"),)
    event_id: str = Field(primary_key=True, foreign_key="funding_event.id")
    key: str = Field(primary_key=True)
    announced_on: date


class EventInvestorRow(SQLModel, table=True):
    """That an investor leads or takes part in an event."""

    __tablename__ = "event_investor"
    event_id: str = Field(primary_key=True, foreign_key="funding_event.id")
    investor_id: int = Field(primary_key=True, foreign_key="investor.id", index=True)
    role: str
    position: int
    named_as: dict[str, Any] | None = _maybe_json()


class EventCardRow(SQLModel, table=True):
    """An event as listings give it, written out: `listed` as JSON, `line` as a line of CSV.

    `form` is the number of the form that it is written in, 0 since triggers saw anything change that it stands on.
    """

    __tablename__ = "event_card"
    event_id: str = Field(primary_key=True, foreign_key="funding_event.id")
    form: int = Field(default=0, index=True)
    listed: str = ""
    line: str = ""


class EventMentionRow(SQLModel, table=True):
    """Under which event an extraction is filed, and why; `doubt_event_id` is where else it may belong."""

    __tablename__ = "event_mention"
    # few have a doubt
    __table_args__ = (
        Index("ix_event_mention_doubt_event_id", "doubt_event_id", **_where("doubt_event_id IS NOT NULL")),
    )
    extraction_id: int = Field(primary_key=True, foreign_key="extraction.id")
    event_id: str = Field(foreign_key="funding_event.id", index=True)
    decision: str
    score: float
    reasons: list[dict[str, Any]] = _json()
    doubt_event_id: str | None = Field(default=None, foreign_key="funding_event.id")
    filed_at: datetime = _time()


class EventMentionPastRow(SQLModel, table=True):
    """Under which event an extraction was filed before it was filed under another one: added, never changed."""

    __tablename__ = "event_mention_past"
    extraction_id: int = Field(primary_key=True, foreign_key="extraction.id")
    left_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    event_id: str = Field(foreign_key="funding_event.id", index=True)
    filed_at: datetime = _time()


class EventRevisionRow(SQLModel, table=True):
    """What changed in an event, when, and because of which article; `event` is the whole event as it was then."""

    __tablename__ = "event_revision"
    event_id: str = Field(primary_key=True, foreign_key="funding_event.id")
    number: int = Field(primary_key=True)
    at: datetime = _time(index=True)
    changed: dict[str, Any] = _json()
    article_id: int | None = Field(default=None, foreign_key="article.id")
    event: dict[str, Any] | None = _maybe_json()


class JudgementRow(SQLModel, table=True):
    """A person's word on events (same, different, edit, split, merge) or names; it outranks the machine."""

    __tablename__ = "judgement"
    id: int | None = Field(default=None, primary_key=True)
    verdict: str = Field(index=True)
    field: str | None = None
    value: Any = _maybe_json()
    note: str | None = None
    judged_by: str
    judged_at: datetime = _time()


class JudgementAnchorRow(SQLModel, table=True):
    """Which claim a judgement is about: by article, company and a digest, since events come and go."""

    __tablename__ = "judgement_anchor"
    judgement_id: int = Field(primary_key=True, foreign_key="judgement.id")
    side: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    url: str
    company_key: str = Field(index=True)
    digest: str


class AlertRuleRow(SQLModel, table=True):
    """A rule that a person set besides those of alerts.toml, in the same form."""

    __tablename__ = "alert_rule"
    id: str = Field(primary_key=True)
    definition: dict[str, Any] = _json()
    changed_at: datetime = _time()


class AlertRow(SQLModel, table=True):
    """That a rule turned true of an event, or (`number` above 0) that what was told of it has to be corrected.

    `status` and `amount_usd` are what it tells; `addressed` once its channels are fixed.
    """

    __tablename__ = "alert_outbox"
    __table_args__ = (UniqueConstraint("rule_id", "event_id", "number"),)
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    rule_id: str
    event_id: str = Field(foreign_key="funding_event.id", index=True)
    number: int = 0
    revision: int
    status: str
    amount_usd: float | None = None
    put_at: datetime = _time()
    addressed: bool = Field(default=False, index=True)


class AlertDeliveryRow(SQLModel, table=True):
    """One alert on its way over one channel: waiting, done or dead.

    Rows with one `message_id` go out as one message; messages of one `lane` go out one after another.
    """

    __tablename__ = "alert_delivery"
    __table_args__ = (
        UniqueConstraint("alert_seq", "channel"),
        Index("ix_alert_delivery_due", "channel", "state", "due_at", "alert_seq"),
        Index("ix_alert_delivery_lane", "lane", "state", "alert_seq"),
        Index("ix_alert_delivery_tried", "channel", "tried_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    alert_seq: int = Field(foreign_key="alert_outbox.seq")
    channel: str
    message_id: str = Field(index=True)
    lane: str
    state: str
    attempts: int = 0
    due_at: datetime = _time()
    tried_at: datetime | None = _time(nullable=True)
    error: str | None = None
    ended_at: datetime | None = _time(nullable=True)


class StoryRow(SQLModel, table=True):
    """News that is no round, told by one or more articles."""

    __tablename__ = "story"
    id: int | None = Field(default=None, primary_key=True)
    title: str
    topic: str | None = None
    first_on: date = Field(index=True)


class StoryArticleRow(SQLModel, table=True):
    """That an article tells a story."""

    __tablename__ = "story_article"
    story_id: int = Field(primary_key=True, foreign_key="story.id")
    article_id: int = Field(primary_key=True, foreign_key="article.id", index=True)


class RunRow(SQLModel, table=True):
    """One run of a stage, with its counts."""

    __tablename__ = "run"
    id: int | None = Field(default=None, primary_key=True)
    stage: str
    started_at: datetime = _time()
    finished_at: datetime | None = _time(nullable=True)
    counts: dict[str, int] = _json()
    error: str | None = None


class EventChangeRow(SQLModel, table=True):
    """Every revision once, numbered by a trigger in the order of commits, so that a reader can go on from a number."""

    __tablename__ = "event_change"
    seq: int | None = Field(default=None, primary_key=True)
    event_id: str = Field(foreign_key="funding_event.id")
    number: int


class SearchEntryRow(SQLModel, table=True):
    """Something that can be searched for; its words stand in the index `search_index` under the same id."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "ref"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    ref: str
    title: str
    told_on: date | None = None


class ApiKeyRow(SQLModel, table=True):
    """A key of the API, by a digest that does not give it away."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    name: str
    digest: str = Field(unique=True)
    scopes: list[str] = _json()
    created_at: datetime = _time()
    revoked_at: datetime | None = _time(nullable=True)


class JournalRow(SQLModel, table=True):
    """Who changed what through the API, and when."""

    __tablename__ = "journal"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _time()
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = _json()


class WatchListRow(SQLModel, table=True):
    """Companies, investors and sectors that somebody keeps an eye on."""

    __tablename__ = "watch_list"
    id: str = Field(primary_key=True)
    definition: dict[str, Any] = _json()
    changed_at: datetime = _time()


class SourceSwitchRow(SQLModel, table=True):
    """That a source was switched on or off, which outranks its file."""

    __tablename__ = "source_switch"
    source_id: str = Field(primary_key=True, foreign_key="source.id")
    enabled: bool
    changed_at: datetime = _time()
