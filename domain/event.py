"""Funding events: what an extractor read in one article, and what the store holds once for all articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from domain.article import Article
from domain.errors import BadExtraction
from domain.money import Money
from domain.rounds import is_round
from domain.week import Week, week_of


class Kind(StrEnum):
    """What sort of capital it is; sums never mix kinds."""

    EQUITY = "equity"
    DEBT = "debt"
    GRANT = "grant"
    COMMITMENT = "commitment"


class Status(StrEnum):
    """How far the deal is; extractors write rumoured, announced, closed or denied as the text has it."""

    RUMOURED = "rumoured"
    ANNOUNCED = "announced"
    CLOSED = "closed"
    DENIED = "denied"


class DatePrecision(StrEnum):
    """How precisely the announcement is dated."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class EventDate:
    """A day with its precision; for a month, quarter or year `on` is its first day."""

    on: date
    precision: DatePrecision = DatePrecision.DAY


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that bear a field out: `article.body[start:end] == quote`."""

    field: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """One funding event as one article tells it; names and money as GUIDELINES define them.

    `company` holds all the names that the article gives the receiver, the best first; `investors` includes the leads.
    `application` is the product or company as a table's first column names it, `application_type` what the article
    says it is ("AI 硬件", "AI coding platform"), in the article's `language`.
    """

    company: tuple[str, ...]
    status: Status = Status.ANNOUNCED
    kind: Kind = Kind.EQUITY
    round: str | None = None
    amount: Money | None = None
    lead_investors: tuple[str, ...] = ()
    investors: tuple[str, ...] = ()
    valuation: Money | None = None
    total_raised: Money | None = None
    announced_on: EventDate | None = None
    application: str | None = None
    application_type: str | None = None
    language: str | None = None
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0

    def as_dict(self) -> dict[str, Any]:
        """The interchange form of one event."""
        return {
            "company": list(self.company),
            "status": self.status.value,
            "kind": self.kind.value,
            "round": self.round,
            "amount": self.amount and self.amount.as_dict(),
            "lead_investors": list(self.lead_investors),
            "investors": list(self.investors),
            "valuation": self.valuation and self.valuation.as_dict(),
            "total_raised": self.total_raised and self.total_raised.as_dict(),
            "announced_on": self.announced_on
            and {"date": self.announced_on.on.isoformat(), "precision": self.announced_on.precision.value},
            "application": self.application,
            "application_type": self.application_type,
            "language": self.language,
            "evidence": [{"field": e.field, "start": e.start, "end": e.end, "quote": e.quote} for e in self.evidence],
            "confidence": round(self.confidence, 3),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Extraction:
        """Reads the interchange form; raises BadExtraction (or BadMoney) where it is none."""

        def money(key: str) -> Money | None:
            return Money.from_dict(data[key]) if data.get(key) else None

        try:
            when = data.get("announced_on")
            return cls(
                company=_read_texts(data["company"]),
                status=Status(data.get("status", "announced")),
                kind=Kind(data.get("kind", "equity")),
                round=_read_text(data.get("round")),
                amount=money("amount"),
                lead_investors=_read_texts(data.get("lead_investors") or ()),
                investors=_read_texts(data.get("investors") or ()),
                valuation=money("valuation"),
                total_raised=money("total_raised"),
                announced_on=when and EventDate(date.fromisoformat(when["date"]), DatePrecision(when["precision"])),
                application=_read_text(data.get("application")),
                application_type=_read_text(data.get("application_type")),
                language=_read_text(data.get("language")),
                evidence=tuple(map(_read_evidence, data.get("evidence") or ())),
                confidence=_read_share(data.get("confidence", 1.0)),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise BadExtraction(repr(data.get("company")), f"not an event ({error!r})") from error


def _read_text(value: Any) -> str | None:
    if not isinstance(value, (str, type(None))):
        raise TypeError(f"{value!r} is no text")
    return value


def _read_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise TypeError(f"{value!r} is no list of texts")
    return tuple(value)


def _read_evidence(value: Any) -> Evidence:
    found = Evidence(**value)
    if not (isinstance(found.field, str) and isinstance(found.start, int) and isinstance(found.end, int)):
        raise TypeError(f"{value!r} is no evidence")
    return found


def _read_share(value: Any) -> float:
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{value!r} is not between 0 and 1")
    return float(value)


def check_extraction(extraction: Extraction, article: Article) -> None:
    """Raises BadExtraction where a quote does not stand in the article, no company is named, or the round is none."""
    if not any(name.strip() for name in extraction.company):
        raise BadExtraction(article.url, "an event without a company")
    if extraction.round is not None and not is_round(extraction.round):
        raise BadExtraction(article.url, f"round: {extraction.round!r} is not one such as series-a or pre-a+")
    body = article.body
    for e in extraction.evidence:
        if body[e.start : e.end] != e.quote or not e.quote:
            raise BadExtraction(article.url, f"{e.field}: the quote {e.quote!r} does not stand at {e.start}:{e.end}")


@dataclass(frozen=True, slots=True)
class Party:
    """A company or an investor: `key` is its match key, `names` its display name by language where known."""

    name: str
    key: str
    names: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The name to show in that language."""
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True)
class Event:
    """One financing of one company as the store holds it, fused from all the articles that tell it.

    `amount_usd` and `valuation_usd` are dollars at the announcement day's reference rate (`value` of the money).
    `status_dates` says since when it is rumoured, announced and so on, as far as articles told.
    `application_types` holds what the company does by language. `leads` and `participants` do not overlap.
    """

    id: str
    company: Party
    kind: Kind
    status: Status
    announced_on: date
    date_precision: DatePrecision = DatePrecision.DAY
    round: str | None = None
    amount: Money | None = None
    amount_usd: float | None = None
    valuation: Money | None = None
    valuation_usd: float | None = None
    total_raised: Money | None = None
    leads: tuple[Party, ...] = ()
    participants: tuple[Party, ...] = ()
    application: str | None = None
    application_types: Mapping[str, str] = field(default_factory=dict)
    sector: str | None = None
    country: str | None = None
    confidence: float = 1.0
    status_dates: Mapping[str, date] = field(default_factory=dict)
    revision: int = 1
    merged_into: str | None = None

    @property
    def week(self) -> Week:
        """The ISO week of the announcement."""
        return week_of(self.announced_on)
