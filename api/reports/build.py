"""Builds a report: what it asks of the store, and what is made of the answers.

Reporting (store) ─→ Facts ─→ compose_report: headline, table with its notes, corrections, totals, charts … ─→ Report
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from api.describe import write_day
from api.reports.around import build_investors, build_mega, build_news, build_rumours, build_totals
from api.reports.charts.define import build_charts, first_day
from api.reports.charts.model import Chart
from api.reports.corrections import build_corrections, print_time
from api.reports.footnotes import build_footnotes
from api.reports.headline import build_headline, find_headline
from api.reports.house import House, Phrases, load_house
from api.reports.model import Report, Section, Source
from api.reports.select import ALL, Selection, describe_selection, select_events
from api.reports.table import build_table
from domain.event import DatePrecision, Event, Status
from domain.period import Period, Span
from storage.reporting import Deal, Item, Reporting, Telling

# so many outlets are named in the sources line
_MOST_SOURCES = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store answered; `printed` is the period before as it was known when it ended."""

    period: Period
    events: Sequence[Event]
    before: Sequence[Event] = ()
    printed: Sequence[Event] = ()
    deals: Sequence[Deal] = ()
    tellings: Sequence[Telling] = ()
    quotes: Sequence[Telling] = ()
    bodies: Mapping[int, str] = field(default_factory=dict)
    news: Sequence[Item] = ()
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Which report is wanted; `as_of` asks for it as it would have been at that time."""

    period: Period
    language: str
    selection: Selection = ALL
    as_of: datetime | None = None


def load_facts(reporting: Reporting, period: Period, language: str, at: datetime | None = None) -> Facts:
    """Asks the store for all that a report of the period tells."""
    events, before = reporting.events(period.first, period.last, at), period.before
    printed_at = print_time(period)
    headline = find_headline(events)
    quotes = reporting.tellings([headline.id], at, quotes=True) if headline else []
    return Facts(
        period,
        events,
        before=reporting.events(before.first, before.last, at),
        printed=reporting.events(before.first, before.last, min(printed_at, at) if at else printed_at),
        deals=reporting.deals(first_day(period), period.last, at),
        tellings=reporting.tellings([event.id for event in events], at),
        quotes=quotes,
        bodies=reporting.bodies({telling.claim.article.id for telling in quotes}),
        news=reporting.news(period.first, period.last, language, at),
        as_of=at,
    )


def build_report(reporting: Reporting, request: Request, *, house: House | None = None, public_url: str = "") -> Report:
    """The report that is asked for."""
    phrases = (house or load_house()).phrases(request.language)
    facts = load_facts(reporting, request.period, phrases.words.language, request.as_of)
    return compose_report(facts, phrases, request.selection, public_url)


def compose_report(facts: Facts, phrases: Phrases, selection: Selection = ALL, public_url: str = "") -> Report:
    """The report that the facts make; pure."""
    period, listed = facts.period, select_events(facts.events, selection, phrases)
    told = [event for event in facts.events if event.status is not Status.DENIED]
    ids = {event.id for event in listed}
    tellings = [telling for telling in facts.tellings if telling.event_id in ids]
    notes = [note for note in (describe_selection(selection, phrases), write_as_of(facts.as_of, phrases)) if note]
    table = build_table(
        listed,
        phrases.words.language,
        title=write_table_title(period, phrases),
        notes=[*build_footnotes(listed, tellings, phrases), *notes],
    )
    return Report(
        table=table,
        title=phrases.say("title." + {Span.WEEK: "week", Span.MONTH: "month"}.get(period.span, "report")),
        span=write_span(period, phrases),
        period=period,
        as_of=facts.as_of,
        sections=tuple(_iter_sections(facts, told, phrases)),
        sources_line=write_sources(tellings, phrases),
        sources=tuple(list_sources(tellings)),
        public_url=public_url,
    )


def build_week_charts(reporting: Reporting, period: Period, language: str) -> list[Chart]:
    """The report's charts alone, for the pages."""
    events = reporting.events(period.first, period.last)
    deals = reporting.deals(first_day(period), period.last)
    return build_charts(events, deals, period, load_house().phrases(language))


def _iter_sections(facts: Facts, told: Sequence[Event], phrases: Phrases) -> Iterator[Section]:
    period, headline = facts.period, find_headline(told)
    charts = build_charts(told, facts.deals, period, phrases)
    found = [
        build_headline(headline, facts.quotes, facts.bodies, phrases) if headline else None,
        build_corrections(facts.printed, facts.before, period, phrases),
        build_totals(told, facts.before, period, phrases),
        Section("charts", phrases.say("sections.charts"), charts=tuple(charts)) if charts else None,
        build_mega(told, phrases),
        build_investors(told, phrases),
        build_rumours(told, phrases),
        build_news(facts.news, phrases),
    ]
    yield from (section for section in found if section is not None)


def list_sources(tellings: Sequence[Telling]) -> Iterator[Source]:
    """The articles, each once, by source, day and address."""
    articles = {telling.claim.article.url: telling for telling in tellings}
    ids: dict[str, dict[str, None]] = {}
    for telling in tellings:
        ids.setdefault(telling.claim.article.url, {})[telling.event_id] = None
    for url, telling in sorted(articles.items(), key=lambda pair: (pair[1].source, pair[1].claim.told_on, pair[0])):
        article = telling.claim.article
        yield Source(telling.source, article.title, url, article.published_on, tuple(ids[url]))


def write_sources(tellings: Sequence[Telling], phrases: Phrases) -> str:
    """The outlets that the rows rest on, those that tell most first."""
    counts = Counter(telling.source for telling in tellings if telling.source)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    if not names:
        return phrases.say("title.no_source")
    if len(names) <= _MOST_SOURCES:
        return phrases.say("title.source", names="\0").replace("\0", phrases.words.lists["comma"].join(names))
    shown = phrases.words.lists["comma"].join(names[:_MOST_SOURCES])
    return phrases.say("title.source_more", names="\0", count=len(names)).replace("\0", shown)


def write_as_of(at: datetime | None, phrases: Phrases) -> str:
    """The note that says as of when the report is; empty where it is as of now."""
    return phrases.say("title.as_of", at=f"{at:%Y-%m-%d %H:%M}") if at else ""


def write_table_title(period: Period, phrases: Phrases) -> str:
    """The table's title: the usual one for a week, else with the period."""
    if period.span is Span.WEEK:
        return phrases.words.title
    key = "title.table_month" if period.span is Span.MONTH else "title.table_weeks"
    return phrases.say(
        key, period=phrases.name_period(period), month=_write_day(period.first, DatePrecision.MONTH, phrases)
    )


def write_span(period: Period, phrases: Phrases) -> str:
    """The period with its days."""
    first, last = (_write_day(day, DatePrecision.DAY, phrases) for day in (period.first, period.last))
    month = _write_day(period.first, DatePrecision.MONTH, phrases)
    if period.span is Span.MONTH:
        return phrases.say("title.span_month", month=month)
    form = phrases.words.dates["span_in_month" if period.first.replace(day=1) == period.last.replace(day=1) else "span"]
    days = form.format(first=first, last=last, first_day=period.first.day, last_day=period.last.day)
    return phrases.say("title.span", period=phrases.name_period(period), days=days)


def _write_day(day: date, precision: DatePrecision, phrases: Phrases) -> str:
    return write_day(day.year, day.month, day.day, precision, phrases.words.language)
