"""What one article says of one event, and the events that it may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from domain.event import DatePrecision, Event, EventDate, Extraction
from domain.gazetteer import Gazetteer
from domain.names import loose_key, match_key

# the news of some days are about the same companies again and again
_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """The article that a claim comes from; `seen_on` is the day it was stored, `trust` that of its source."""

    id: int
    url: str
    title: str
    source_id: str | None = None
    language: str | None = None
    published_on: date | None = None
    seen_on: date | None = None
    trust: float = 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article says of one event."""

    extraction_id: int
    extraction: Extraction
    article: ArticleRef

    @property
    def told_on(self) -> date:
        """The day the article came out, as far as is known."""
        return self.article.published_on or self.article.seen_on or date.min

    @property
    def dated(self) -> EventDate:
        """When the article says that it happened: see `date_claim`."""
        return date_claim(self.extraction.announced_on, self.told_on)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that a claim may belong to, with the claims filed under it."""

    event: Event
    members: tuple[Claim, ...]


def date_claim(stated: EventDate | None, told_on: date) -> EventDate:
    """The day that the text gives, else the article's day; a month that the article lies in says no more."""
    if stated is None:
        return EventDate(told_on)
    if stated.precision is DatePrecision.DAY or not _lies_within(told_on, stated):
        return stated
    return EventDate(told_on)


def _lies_within(day: date, period: EventDate) -> bool:
    span = {DatePrecision.MONTH: 31, DatePrecision.QUARTER: 92, DatePrecision.YEAR: 366}.get(period.precision, 1)
    # news comes out a few days after the period as well
    return period.on <= day < period.on + timedelta(days=span + 7)


@lru_cache(maxsize=_REMEMBERED)
def known_keys(names: tuple[str, ...], gazetteer: Gazetteer) -> frozenset[str]:
    """The keys of a company's names, each that of the known company where there is one."""
    return frozenset(key for key in map(gazetteer.company_key, gazetteer.heard(names)) if key)


def maker_keys(names: Sequence[str], gazetteer: Gazetteer) -> frozenset[str]:
    """The keys of those who make what is named: news may say ChatGPT where it means OpenAI."""
    return frozenset(key for key in map(gazetteer.maker_key, names) if key)


def company_keys(extraction: Extraction, gazetteer: Gazetteer) -> frozenset[str]:
    """The keys under which the claim's company is looked up: known ones, match keys, loose keys, a product's maker."""
    return _look_up(extraction.company, gazetteer)


@lru_cache(maxsize=_REMEMBERED)
def _look_up(company: tuple[str, ...], gazetteer: Gazetteer) -> frozenset[str]:
    names = gazetteer.heard(company)
    keys = set(maker_keys(names, gazetteer))
    for name in names:
        keys |= {gazetteer.company_key(name), match_key(name), loose_key(name)}
    return frozenset(key for key in keys if key) - gazetteer.strangers(names)


def claim_order(claim: Claim) -> tuple[date, str, str, str, str]:
    """The order in which claims are filed: by day, then by what they say, never by when they came in."""
    e = claim.extraction
    money = repr((e.amount, e.valuation))
    return (claim.told_on, claim.article.url, e.company[0], f"{e.kind} {e.round}", f"{money} {e.status} {e.investors}")
