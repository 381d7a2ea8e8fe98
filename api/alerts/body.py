"""The JSON body of an alert, as webhooks carry it and `/api/v1/alerts/stream` sends it.

{"type", "timestamp", "data"}, as Standard Webhooks recommends; `python -m tracker alerts schema` prints the schema.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """The base of all parts: nothing that is not documented."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MoneyPart(Part):
    """An amount as the articles give it; an open bound is null."""

    min: int | None = Field(description="Lower bound in whole units, null where only bounded above.")
    max: int | None = Field(description="Upper bound in whole units, null where only bounded below.")
    currency: str = Field(description="ISO 4217.", examples=["USD"])
    precision: Literal["exact", "approx", "at_least", "at_most", "range", "vague"]


class EventPart(Part):
    """The funding event as it stands when the message is written."""

    id: str
    url: str = Field(description="The event's page, with every figure's quotes.")
    revision: int
    company: str
    kind: Literal["equity", "debt", "grant", "commitment"]
    status: Literal["rumoured", "announced", "closed", "denied"]
    round: str | None = Field(examples=["series-b"])
    amount: MoneyPart | None
    amount_usd: float | None = Field(description="In dollars at the reference rate of the announcement day.")
    valuation: MoneyPart | None
    valuation_usd: float | None
    lead_investors: list[str]
    other_investors: list[str]
    announced_on: date
    date_precision: Literal["day", "month", "quarter", "year"]
    week: str = Field(examples=["2025-W04"])
    sector: str | None
    country: str | None


class QuotePart(Part):
    """Words of an article that bear a field out."""

    field: str
    quote: str


class SourcePart(Part):
    """An article that tells the event."""

    title: str
    url: str
    source: str | None
    published_on: date | None
    language: str | None
    quotes: list[QuotePart] = []


class BeforePart(Part):
    """What the alert said that is corrected."""

    status: Literal["rumoured", "announced", "closed", "denied"]
    amount_usd: float | None


class AlertPart(Part):
    """One alert: `sources` holds the two best articles with quotes, `more_sources` all others."""

    id: str = Field(description="The same over all tries; drop what you have seen.")
    rule: str = Field(description="The rule's id.")
    rule_name: str
    correction: bool = Field(description="True where it corrects an earlier alert of this rule about this event.")
    before: BeforePart | None = Field(None, description="What was told before, where it is a correction.")
    language: Literal["en", "zh"]
    title: str
    text: str
    event: EventPart
    sources: list[SourcePart]
    more_sources: list[SourcePart]


class DigestPart(Part):
    """The alerts of one rule since its last digest."""

    rule: str
    rule_name: str
    language: Literal["en", "zh"]
    title: str
    text: str
    alerts: list[AlertPart]


class AlertBody(Part):
    """The body of one alert or correction."""

    type: Literal["funding_event.alert", "funding_event.correction"]
    timestamp: datetime
    data: AlertPart


class DigestBody(Part):
    """The body of a digest."""

    type: Literal["funding_event.digest"]
    timestamp: datetime
    data: DigestPart


def build_schema() -> dict[str, Any]:
    """The JSON schema of everything that a webhook may get."""
    from pydantic import TypeAdapter

    adapter: TypeAdapter[AlertBody | DigestBody] = TypeAdapter(AlertBody | DigestBody)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Roundwatch alert",
        **adapter.json_schema(mode="serialization"),
    }
