"""From the domain's values to what the API says; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from api import schemas
from api.reports.amounts import render_amount, render_money, render_round
from api.reports.words import Language, load_words
from domain.event import DatePrecision, Event, EventDate, Kind, Party, Status
from domain.health import SourceHealth, judge_health
from domain.history import Mention, Revision, describe_value
from domain.money import Money, Precision
from domain.week import Week
from storage.listing import ListedEvent, ListedMoney, list_event, list_money
from storage.queries import KindSum, SourceSummary, WeekTotals

API = "/api/v1"


def describe_event(event: Event) -> schemas.Event:
    """An event without its sources and history."""
    return schemas.Event(**write_event(event))


def describe_event_detail(
    event: Event,
    reported: list[schemas.ReportedValue],
    members: list[schemas.Member],
    revisions: list[Revision],
) -> schemas.EventDetail:
    """An event with everything that is known of it."""
    return schemas.EventDetail(
        **write_event(event),
        reported=reported,
        members=members,
        revisions=[
            schemas.Revision(number=r.number, at=r.at, changed=dict(r.changed), article_id=r.article_id)
            for r in revisions
        ],
    )


def write_event(event: Event) -> dict[str, Any]:
    """An event in plain values."""
    return write_listed(list_event(event))


def write_listed(event: ListedEvent) -> dict[str, Any]:
    """An event as listings say it: they check no schema, which would take most of their time."""
    return {
        "id": event.id,
        "url": f"{API}/events/{event.id}",
        "page_url": f"/events/{event.id}",
        "company": event.company._asdict(),
        "application": event.application,
        "application_types": dict(event.application_types),
        "kind": event.kind,
        "status": event.status,
        "round": event.round,
        "amount": _write_money(event.amount, event.amount_usd, event.kind),
        "valuation": _write_money(event.valuation, event.valuation_usd),
        "total_raised": _write_money(event.total_raised, None),
        "lead_investors": [party._asdict() for party in event.leads],
        "participants": [party._asdict() for party in event.participants],
        "announced_on": event.announced_on,
        "date_precision": event.date_precision,
        "week": event.week,
        "sector": event.sector,
        "country": event.country,
        "confidence": event.confidence,
        "revision": event.revision,
    }


def write_party(party: Party) -> dict[str, Any]:
    """A company or investor in plain values."""
    return {"key": party.key, "name": party.name, "names": dict(party.names)}


def write_money(money: Money | None, usd: float | None, kind: Kind = Kind.EQUITY) -> dict[str, Any] | None:
    """An amount in plain values with its words in each language."""
    return _write_money(list_money(money), usd, kind.value)


def _write_money(money: ListedMoney, usd: float | None, kind: str = Kind.EQUITY.value) -> dict[str, Any] | None:
    if money.currency is None:
        return None
    return {**money._asdict(), "usd": usd, "text": _write_amount(money, kind)}


@lru_cache(maxsize=16_384)
def _write_amount(money: ListedMoney, kind: str) -> dict[str, str]:
    told = Money(money.min, money.max, money.currency or "", Precision(money.precision or ""))
    return {language.value: render_amount(told, Kind(kind), language) for language in Language}


def describe_article_reference(mention: Mention) -> schemas.SourceReference:
    """The article of a mention."""
    return schemas.SourceReference(
        article_id=mention.article_id,
        url=mention.url,
        title=mention.title,
        source_id=mention.source_id,
        language=mention.language,
        published_on=mention.published_on,
    )


def describe_reported(value: object) -> Any:
    """A reported value as plain JSON."""
    if isinstance(value, EventDate):
        return {"date": value.on.isoformat(), "precision": value.precision.value}
    return describe_value(value)


def write_value(field: str, value: object, language: Language) -> str:
    """A reported value in words of the language."""
    words = load_words(language)
    match value:
        case Money():
            return render_money(value, language)
        case Kind():
            return words.kinds[value.value]
        case Status():
            return words.statuses[value.value]
        case EventDate():
            return write_day(value.on.year, value.on.month, value.on.day, value.precision, language)
    return render_round(str(value), language) if field == "round" else str(value)


def write_day(year: int, month: int, day: int, precision: DatePrecision, language: Language) -> str:
    """A date in words, as precise as it is known."""
    words = load_words(language)
    form = words.dates[precision.value]
    months = words.dates.get("months", "").split()
    name = months[month - 1] if months else str(month)
    quarter = (month + 2) // 3
    return words.set_apart(form.format(year=year, month=name, day=day, quarter=quarter))


def describe_week(totals: WeekTotals) -> schemas.Week:
    """A week with its sums."""
    return schemas.Week(**_week_fields(totals))


def describe_week_detail(totals: WeekTotals, previous: Week | None, following: Week | None) -> schemas.WeekDetail:
    """A week with its neighbours."""
    return schemas.WeekDetail(
        **_week_fields(totals),
        previous=str(previous) if previous else None,
        next=str(following) if following else None,
    )


def _week_fields(totals: WeekTotals) -> dict[str, Any]:
    week = totals.week
    return {
        "week": str(week),
        "monday": week.monday,
        "sunday": week.sunday,
        "events": totals.events,
        "rumoured": totals.rumoured,
        "mega": totals.mega,
        "sums": {kind: _describe_sum(found) for kind, found in totals.sums.items()},
        "url": f"{API}/weeks/{week}",
        "events_url": f"{API}/weeks/{week}/events",
        "page_url": f"/weeks/{week}",
    }


def _describe_sum(found: KindSum) -> schemas.KindSum:
    return schemas.KindSum(events=found.events, disclosed=found.disclosed, usd=found.usd)


def describe_source(source: SourceSummary) -> schemas.Source:
    """A source with what came from it."""
    return schemas.Source(
        id=source.id,
        name=source.name,
        language=source.language,
        country=source.country,
        trust=source.trust,
        articles=source.articles,
        latest_on=source.latest_on,
        last_success_at=source.last_success_at,
        failures=source.failures,
        health=_judge(source),
        last_error=source.last_error,
        error_kind=source.error_kind,
        pending=source.pending,
        last_item_at=source.last_item_at,
        usual_gap_days=source.usual_gap / 86_400 if source.usual_gap else None,
    )


def _judge(source: SourceSummary) -> SourceHealth:
    """How the source was at the last crawl, which alone knows whether its silence is worth a word."""
    if source.silent and not source.failures:
        return SourceHealth.SILENT
    return judge_health(
        failures=source.failures,
        last_success_at=source.last_success_at,
        last_item_at=None,
        usual_gap=None,
        now=datetime.now(UTC),
    )
