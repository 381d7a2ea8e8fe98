"""What the API says, as named schemas with examples; the reference in docs/ and /openapi.json are made from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api import examples
from domain.event import DatePrecision, Kind, Status
from domain.health import SourceHealth
from domain.money import Precision


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(frozen=True, use_attribute_docstrings=True, json_schema_extra={"examples": [values]})


class ProblemField(_Schema):
    """One parameter that does not fit."""

    name: str
    detail: str


class Problem(_Schema):
    """An error (RFC 9457): `detail` says what is wrong, `hint` what to do."""

    model_config = _example(
        type="/docs#problem-404",
        title="Not Found",
        status=404,
        detail="2019-W02: no funding event is stored for this week; the store has 2025-W03 to 2025-W05",
        hint="/api/v1/weeks lists the weeks that are stored, /docs every address.",
        instance="/api/v1/weeks/2019-W02",
    )

    type: str
    title: str
    status: int
    detail: str
    hint: str
    instance: str
    errors: list[ProblemField] = Field(default_factory=list)


class Amount(_Schema):
    """An amount with its bounds: an open bound is null, `usd` is what it is ordered and summed by."""

    model_config = _example(**examples.AMOUNT)

    min: int | None
    """Lower bound in whole units of the currency; null for "up to"."""
    max: int | None
    """Upper bound; null for "more than"."""
    currency: str
    """ISO 4217."""
    precision: Precision
    usd: float | None = None
    """US dollars at the reference rate of the announcement's day; null where no rate is known or none is kept."""
    text: dict[str, str]
    """The amount in words, by language."""


class Party(_Schema):
    """A company or an investor."""

    model_config = _example(**examples.LEAD)

    key: str
    """The match key: the same for every spelling of the name."""
    name: str
    names: dict[str, str]
    """Display names by language, where known."""


class Event(_Schema):
    """One financing of one company, filed once however many articles tell it."""

    model_config = _example(**examples.EVENT)

    id: str
    url: str
    page_url: str
    company: Party
    application: str | None
    """The product or company as the funding table names it."""
    application_types: dict[str, str]
    """What it is in the articles' words, by language."""
    kind: Kind
    status: Status
    round: str | None
    """Normal name such as seed, pre-a, series-b, series-b+, strategic; null where no article names one."""
    amount: Amount | None
    valuation: Amount | None
    total_raised: Amount | None
    """Raised so far in all, as told with this round."""
    lead_investors: list[Party]
    participants: list[Party]
    """Investors that do not lead; the partners of a commitment."""
    announced_on: date
    date_precision: DatePrecision
    week: str
    """ISO week of the announcement."""
    sector: str | None
    country: str | None
    confidence: float
    revision: int


class EventList(_Schema):
    """One page of events."""

    model_config = _example(items=[examples.EVENT], next=None)

    items: list[Event]
    next: str | None
    """The address of the next page, null on the last; the Link header has it too."""


class SourceReference(_Schema):
    """An article that something stands in."""

    model_config = _example(**examples.SOURCE_REF)

    article_id: int
    url: str
    title: str
    source_id: str | None
    language: str | None
    published_on: date | None


class Quote(_Schema):
    """The words that bear a field out, with a few before and after; offsets count in title, line feed, text."""

    model_config = _example(**examples.QUOTE)

    field: str
    quote: str
    start: int
    end: int
    before: str
    after: str


class Witness(_Schema):
    """One article that reports a value, with its words."""

    article: SourceReference
    quotes: list[Quote]


class ReportedValue(_Schema):
    """One value that articles report for a field; `shown` marks the one that the event carries."""

    model_config = _example(**examples.REPORTED_AMOUNT)

    field: str
    value: Any
    """Money as min, max, currency and precision; names, dates and rounds as text."""
    text: dict[str, str]
    """The value in words, by language."""
    shown: bool
    reported_by: list[Witness]


class Reason(_Schema):
    """One feature's part in the score by which an article was filed under the event."""

    feature: str
    score: float
    text: str


class Member(_Schema):
    """One article's reading that is filed under the event, and why."""

    article: SourceReference
    company: list[str]
    kind: Kind
    status: Status
    confidence: float
    score: float
    reasons: list[Reason]
    quotes: list[Quote]


class Revision(_Schema):
    """One step of the event's history: each changed field with its value before and after."""

    model_config = _example(**examples.REVISION)

    number: int
    at: datetime
    changed: dict[str, tuple[Any, Any]]
    article_id: int | None


class EventDetail(Event):
    """An event with every value reported, the articles filed under it and its history."""

    model_config = _example(**examples.EVENT_DETAIL)

    reported: list[ReportedValue]
    members: list[Member]
    revisions: list[Revision]


class KindSum(_Schema):
    """Announced and closed deals of one kind; `usd` sums those that disclose an amount, by its lower bound."""

    model_config = _example(**examples.SUM)

    events: int
    disclosed: int
    usd: float


class Week(_Schema):
    """An ISO week with its counts; `sums` keeps the kinds apart, rumours are in `events` and `rumoured` only."""

    model_config = _example(**examples.WEEK)

    week: str
    monday: date
    sunday: date
    events: int
    rumoured: int
    mega: int
    """Announced or closed equity rounds and commitments of 100 million dollars and more."""
    sums: dict[Kind, KindSum]
    url: str
    events_url: str
    page_url: str


class WeekList(_Schema):
    """Weeks that have events, the latest first."""

    model_config = _example(items=[examples.WEEK])

    items: list[Week]


class WeekDetail(Week):
    """A week with its nearest neighbours that have events."""

    model_config = _example(**examples.WEEK, previous=None, next=None)

    previous: str | None
    next: str | None


class Article(SourceReference):
    """An article as a record: where it stands and what was read in it; its text stays with its publisher."""

    model_config = _example(
        **examples.SOURCE_REF,
        author="R. Ferro",
        topic="funding",
        published_at="2025-01-22T16:40:00Z",
        fetched_at="2025-01-22T16:55:03Z",
        text=None,
        event_ids=[examples.EVENT_ID],
        quotes=examples.QUOTES,
    )

    author: str | None
    topic: str | None
    """What it is about, by its words: `models`, `chips`, `policy` and the like; null where none tell."""
    published_at: datetime | None
    fetched_at: datetime | None
    text: str | None
    """The whole text where the server is set to give it, else null."""
    event_ids: list[str]
    quotes: list[Quote]


class Source(_Schema):
    """An outlet, and what came from it."""

    model_config = _example(**examples.SOURCE)

    id: str
    name: str
    language: str | None
    country: str | None
    trust: float
    """From 0 to 1; official releases have 0.9 and more."""
    articles: int
    latest_on: date | None
    last_success_at: datetime | None
    failures: int
    """Failed fetches in a row."""
    health: SourceHealth
    """`new` (never read), `ok`, `failing`, or `silent`: no item for three times its usual gap."""
    last_error: str | None
    error_kind: str | None
    """What kind of failure that was: `http_500`, `timeout`, `tls`, `not_a_feed`, `too_few` and the like."""
    pending: int
    """Articles still to be fetched."""
    last_item_at: datetime | None
    usual_gap_days: float | None


class SourceList(_Schema):
    """Every source, by id."""

    model_config = _example(items=[examples.SOURCE])

    items: list[Source]


class Health(_Schema):
    """That the server answers."""

    model_config = _example(status="ok")

    status: str


class ReportColumn(_Schema):
    """A column of the funding table: its key in the rows, and its heading."""

    key: str
    title: str


class ReportMoney(_Schema):
    """An amount by its bounds."""

    min: int | None
    max: int | None
    currency: str
    precision: Precision


class ReportEvent(_Schema):
    """The facts behind a row."""

    id: str
    company: str
    kind: Kind
    status: Status
    round: str | None
    amount: ReportMoney | None
    amount_usd: float | None
    total_raised: ReportMoney | None
    valuation: ReportMoney | None
    valuation_usd: float | None
    announced_on: date
    date_precision: DatePrecision
    week: str
    revision: int


class ReportRow(_Schema):
    """A row as it is printed, with the facts behind it."""

    application: str
    application_type: str
    lead_investors: str
    round: str
    amount: str
    total_raised: str
    valuation: str
    event: ReportEvent


class ReportParagraph(_Schema):
    """A sentence or more, with the event or the article that it is about."""

    text: str
    event: str | None
    url: str | None


class ReportCell(_Schema):
    """A cell as it is printed, the value behind it, and the event or address that it is about."""

    text: str
    value: str | int | float | None
    event: str | None
    url: str | None


class ReportTable(_Schema):
    """A table of a section; the columns' keys name the cells of each row."""

    key: str
    title: str
    columns: list[ReportColumn]
    rows: list[dict[str, ReportCell]]


class ReportPoint(_Schema):
    """A value of a chart."""

    label: str
    value: float
    text: str
    event: str | None


class ReportSeries(_Schema):
    """The values of a chart that belong together."""

    label: str
    points: list[ReportPoint]


class ReportChart(_Schema):
    """A chart's data."""

    key: str
    title: str
    series: list[ReportSeries]


class ReportSection(_Schema):
    """A part of the report around its table."""

    key: str
    title: str
    paragraphs: list[ReportParagraph]
    tables: list[ReportTable]
    charts: list[ReportChart]


class ReportSource(_Schema):
    """An article that the table rests on, with the events that it tells."""

    name: str
    title: str
    url: str
    published_on: date | None
    events: list[str]


class Report(_Schema):
    """The funding table and what stands around it."""

    model_config = _example(**examples.REPORT)

    title: str
    language: str
    columns: list[ReportColumn]
    rows: list[ReportRow]
    notes: list[str]
    period: str | None
    as_of: str | None
    sources_line: str
    sections: list[ReportSection]
    sources: list[ReportSource]
