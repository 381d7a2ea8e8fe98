"""Between rows and the domain's values, both ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, RowMapping, Table
from sqlmodel import SQLModel

from domain.article import Article
from domain.claim import ArticleRef, Claim
from domain.event import DatePrecision, Event, EventDate, Evidence, Extraction, Kind, Party, Status
from domain.money import Money, Precision
from domain.resolution import Reason

Row = RowMapping | dict[str, Any]

MONEY_FIELDS = ("amount", "valuation", "total_raised")
_MONEY_COLUMNS = {
    name: (f"{name}_min", f"{name}_max", f"{name}_currency", f"{name}_precision") for name in MONEY_FIELDS
}


def table(model: type[SQLModel]) -> Table:
    """The table of a model class."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def read_plainly(result: CursorResult[Any]) -> Iterator[dict[str, Any]]:
    """Yields the rows as dictionaries: where all of a wide row is read, that takes less than SQLAlchemy's mappings."""
    names = tuple(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)


def clean_text(text: str) -> str:
    """The text without what PostgreSQL cannot hold: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def write_money(name: str, money: Money | None) -> dict[str, Any]:
    """The four columns of an amount."""
    values = (None,) * 4 if money is None else (money.min, money.max, money.currency, money.precision.value)
    return dict(zip(_MONEY_COLUMNS[name], values, strict=True))


def read_money(name: str, row: Row) -> Money | None:
    """The amount in the four columns, None where they are empty."""
    least, most, currency, precision = _MONEY_COLUMNS[name]
    if row[currency] is None:
        return None
    return Money(row[least], row[most], row[currency], Precision(row[precision]))


def read_article(row: Row) -> Article:
    """The article of a row."""
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published_on=row["published_on"],
        published_at=row["published_at"],
        fetched_at=row["fetched_at"],
        source_id=row["source_id"],
        author=row["author"],
        topic=row["topic"],
    )


def write_extraction(extraction: Extraction) -> dict[str, Any]:
    """The columns of an extraction, without its article and its place in it."""
    columns = {
        "company": list(extraction.company),
        "status": extraction.status.value,
        "kind": extraction.kind.value,
        "round": extraction.round,
        "lead_investors": list(extraction.lead_investors),
        "investors": list(extraction.investors),
        "announced_on": extraction.announced_on and extraction.announced_on.on,
        "date_precision": extraction.announced_on and extraction.announced_on.precision.value,
        "application": extraction.application,
        "application_type": extraction.application_type,
        "language": extraction.language,
        "confidence": extraction.confidence,
    }
    for name in MONEY_FIELDS:
        columns |= write_money(name, getattr(extraction, name))
    return columns


def read_extraction(row: Row, evidence: Sequence[Evidence] = ()) -> Extraction:
    """The extraction of a row; its evidence stands in rows of its own."""
    on = row["announced_on"]
    return Extraction(
        company=tuple(row["company"]),
        status=Status(row["status"]),
        kind=Kind(row["kind"]),
        round=row["round"],
        amount=read_money("amount", row),
        lead_investors=tuple(row["lead_investors"]),
        investors=tuple(row["investors"]),
        valuation=read_money("valuation", row),
        total_raised=read_money("total_raised", row),
        announced_on=EventDate(on, DatePrecision(row["date_precision"])) if on else None,
        application=row["application"],
        application_type=row["application_type"],
        language=row["language"],
        evidence=tuple(evidence),
        confidence=row["confidence"],
    )


def read_claim(row: Row, evidence: Sequence[Evidence] = ()) -> Claim:
    """The claim of an extraction's row that is joined with its article and source."""
    told_on: date = row["told_on"]
    article = ArticleRef(
        id=row["article_id"],
        url=row["article_url"],
        title=row["article_title"],
        source_id=row["article_source_id"],
        language=row["article_language"],
        published_on=row["article_published_on"],
        seen_on=told_on,
        trust=0.5 if row["source_trust"] is None else row["source_trust"],
    )
    return Claim(row["id"], read_extraction(row, evidence), article)


def write_event(event: Event) -> dict[str, Any]:
    """The columns of an event, without its company and its times."""
    columns = {
        "id": event.id,
        "kind": event.kind.value,
        "status": event.status.value,
        "round": event.round,
        "amount_usd": event.amount_usd,
        "valuation_usd": event.valuation_usd,
        "announced_on": event.announced_on,
        "date_precision": event.date_precision.value,
        "iso_year": event.week.year,
        "iso_week": event.week.number,
        "application": event.application,
        "application_types": dict(event.application_types),
        "sector": event.sector,
        "country": event.country,
        "confidence": event.confidence,
        "revision": event.revision,
        "merged_into": event.merged_into,
        "company_as": {"name": event.company.name, "names": dict(event.company.names)},
        "status_dates": {name: day.isoformat() for name, day in event.status_dates.items()},
    }
    for name in MONEY_FIELDS:
        columns |= write_money(name, getattr(event, name))
    return columns


def read_event(row: Row, leads: Sequence[Party], participants: Sequence[Party]) -> Event:
    """The event of a row that is joined with its company."""
    return Event(
        id=row["id"],
        company=_read_company(row),
        kind=Kind(row["kind"]),
        status=Status(row["status"]),
        announced_on=row["announced_on"],
        date_precision=DatePrecision(row["date_precision"]),
        round=row["round"],
        amount=read_money("amount", row),
        amount_usd=row["amount_usd"],
        valuation=read_money("valuation", row),
        valuation_usd=row["valuation_usd"],
        total_raised=read_money("total_raised", row),
        leads=tuple(leads),
        participants=tuple(participants),
        application=row["application"],
        application_types=row["application_types"],
        sector=row["sector"],
        country=row["country"],
        confidence=row["confidence"],
        status_dates={name: date.fromisoformat(day) for name, day in (row["status_dates"] or {}).items()},
        revision=row["revision"],
        merged_into=row["merged_into"],
    )


def _read_company(row: Row) -> Party:
    """The company by the names that the event's own articles use; rows of older versions have only the company's."""
    shown = row["company_as"] or {"name": row["company_name"], "names": row["company_names"]}
    return Party(shown["name"], row["company_key"], shown["names"])


def write_reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons as JSON."""
    return [{"feature": r.feature, "score": r.score, "text": r.text} for r in reasons]


def read_reasons(data: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    """Reasons from JSON."""
    return tuple(Reason(**reason) for reason in data)
