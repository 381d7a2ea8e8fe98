"""What the pages show, prepared for the templates in one language; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from api import schemas
from api.describe import write_day
from api.reports.amounts import render_amount, render_money, render_round, render_total
from api.reports.model import Line, Table
from api.reports.table import write_application, write_type
from api.reports.words import Language, Words, load_words
from domain.errors import BadMoney
from domain.event import DatePrecision, Event, Kind, Status
from domain.history import Revision
from domain.money import Money
from domain.week import Week
from storage.queries import KindSum, WeekTotals


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures over a week's table: a label, the figure and a line that says what is in it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week's page: figures, the table's lines with rumours apart, and the neighbours."""

    week: Week
    span: str
    figures: Sequence[Figure]
    table: Table
    facts: Sequence[Line]
    rumours: Sequence[Line]
    previous: Week | None
    following: Week | None


def build_week_view(table: Table, totals: WeekTotals, previous: Week | None, following: Week | None) -> WeekView:
    """Prepares a week's page."""
    return WeekView(
        week=totals.week,
        span=write_span(totals.week, table.language),
        figures=list(_iter_figures(totals, table.language)),
        table=table,
        facts=[line for line in table.lines if line.is_fact],
        rumours=[line for line in table.lines if not line.is_fact],
        previous=previous,
        following=following,
    )


def write_span(week: Week, language: Language) -> str:
    """The week's first and last day in words."""
    words = load_words(language)
    first, last = (_write_date(day, language) for day in (week.monday, week.sunday))
    form = words.dates["span_in_month" if week.monday.month == week.sunday.month else "span"]
    days = {"first_day": week.monday.day, "last_day": week.sunday.day}
    return words.set_apart(form.format(first=first, last=last, **days))


def _write_date(day: date, language: Language, precision: DatePrecision = DatePrecision.DAY) -> str:
    return write_day(day.year, day.month, day.day, precision, language)


def _iter_figures(totals: WeekTotals, language: Language) -> Iterable[Figure]:
    words = load_words(language)

    def say(key: str, **values: object) -> str:
        return words.set_apart(words.pages[key].format(**values))

    def deals(count: int) -> str:
        return say("deal") if count == 1 else say("deals_of", count=count)

    equity = totals.sums.get(Kind.EQUITY, KindSum())
    yield Figure(
        say("equity"),
        render_total(equity.usd, language),
        say("disclosed", deals=deals(equity.events), disclosed=equity.disclosed),
    )
    yield Figure(say("mega"), str(totals.mega), say("mega_note"))
    for kind in (Kind.COMMITMENT, Kind.DEBT, Kind.GRANT):
        if found := totals.sums.get(kind):
            yield Figure(
                say(kind.value), render_total(found.usd, language), say("not_in_equity", deals=deals(found.events))
            )
    yield Figure(say("rumoured"), str(totals.rumoured), say("unconfirmed"))


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One line of the list of weeks."""

    week: Week
    span: str
    events: int
    equity: str
    mega: int
    rumoured: int
    # of the largest sum in the list, for a bar
    share: float


def build_week_rows(weeks: Sequence[WeekTotals], language: Language) -> list[WeekRow]:
    """Prepares the list of weeks."""
    most = max((_equity(totals) for totals in weeks), default=0.0) or 1.0
    return [
        WeekRow(
            totals.week,
            write_span(totals.week, language),
            totals.events,
            render_total(_equity(totals), language),
            totals.mega,
            totals.rumoured,
            round(100 * _equity(totals) / most, 1),
        )
        for totals in weeks
    ]


def _equity(totals: WeekTotals) -> float:
    return totals.sums.get(Kind.EQUITY, KindSum()).usd


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of an event: the value shown with its witnesses, and what else is reported."""

    label: str
    shown: str
    converted: str
    witnesses: Sequence[schemas.Witness]
    others: Sequence[tuple[str, Sequence[schemas.Witness]]]


@dataclass(frozen=True, slots=True)
class Step:
    """One revision in words."""

    number: int
    at: datetime
    article: schemas.SourceReference | None
    changes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class EventView:
    """An event's page."""

    event: Event
    name: str
    other_names: Sequence[str]
    kind: str
    status: str
    is_fact: bool
    amount: str
    round: str
    fields: Sequence[FieldView]
    members: Sequence[schemas.Member]
    history: Sequence[Step]


def build_event_view(
    event: Event, detail: schemas.EventDetail, revisions: Sequence[Revision], language: Language
) -> EventView:
    """Prepares an event's page."""
    words = load_words(language)
    name = write_application(event, words)
    names = (event.company.in_language(language), event.company.name, *event.company.names.values())
    articles = {member.article.article_id: member.article for member in detail.members}
    return EventView(
        event=event,
        name=name,
        other_names=[other for other in dict.fromkeys(names) if other != name],
        kind=words.kinds[event.kind.value],
        status=words.statuses[event.status.value],
        is_fact=event.status in (Status.ANNOUNCED, Status.CLOSED),
        amount=render_amount(event.amount, event.kind, language) if event.amount else words.undisclosed,
        round=render_round(event.round, language) if event.round else "",
        fields=list(_iter_fields(event, detail.reported, words)),
        members=detail.members,
        history=[_build_step(revision, articles, words) for revision in reversed(revisions)],
    )


_ORDER = (
    "amount", "round", "lead_investors", "investors", "valuation", "total_raised", "announced_on", "company",
    "application", "application_type", "kind", "status",
)  # fmt: skip


def _iter_fields(event: Event, reported: Sequence[schemas.ReportedValue], words: Words) -> Iterable[FieldView]:
    language = words.language
    by_field = {field: list(values) for field, values in groupby(sorted(reported, key=_field), key=_field)}
    for field in _ORDER:
        values = by_field.get(field, [])
        shown = _shown(event, field, values, words)
        if not shown and not values:
            continue
        first = _merge_witnesses(witness for value in values if value.shown for witness in value.reported_by)
        yield FieldView(
            label=_label(event, field, words),
            shown=shown or words.undisclosed,
            converted=_converted(event, field, words),
            witnesses=first,
            others=[(v.text[language.value], v.reported_by) for v in values if not v.shown],
        )


def _merge_witnesses(witnesses: Iterable[schemas.Witness]) -> list[schemas.Witness]:
    """One entry an article, with all of its quotes."""
    merged: dict[int, schemas.Witness] = {}
    for witness in witnesses:
        known = merged.get(witness.article.article_id)
        quotes = [*(known.quotes if known else ()), *witness.quotes]
        merged[witness.article.article_id] = schemas.Witness(article=witness.article, quotes=quotes)
    return list(merged.values())


def _field(value: schemas.ReportedValue) -> str:
    return value.field


def _label(event: Event, field: str, words: Words) -> str:
    partners = field == "investors" and event.kind is Kind.COMMITMENT
    return words.fields["partners" if partners else field]


def _shown(event: Event, field: str, values: Sequence[schemas.ReportedValue], words: Words) -> str:
    """What the event carries, which may be put together from several articles."""
    parties = {"lead_investors": event.leads, "investors": event.participants}
    if field in parties:
        return words.join([party.in_language(words.language) for party in parties[field]])
    if field == "company":
        return event.company.in_language(words.language)
    if field == "announced_on":
        return _write_date(event.announced_on, words.language, event.date_precision)
    if field == "application_type":
        shown = write_type(event, words)
        return "" if shown == words.undisclosed else shown
    return next((value.text[words.language.value] for value in values if value.shown), "")


def _converted(event: Event, field: str, words: Words) -> str:
    money = {"amount": (event.amount, event.amount_usd), "valuation": (event.valuation, event.valuation_usd)}
    amount, usd = money.get(field, (None, None))
    if amount is None or usd is None or amount.currency == "USD":
        return ""
    return words.set_apart(words.pages["converted"].format(amount=render_total(usd, words.language)))


def _build_step(revision: Revision, articles: Mapping[int, schemas.SourceReference], words: Words) -> Step:
    return Step(
        revision.number,
        revision.at,
        articles.get(revision.article_id or 0),
        [
            (words.fields.get(field, field), write_change(field, before, words), write_change(field, after, words))
            for field, (before, after) in revision.changed.items()
        ],
    )


def write_change(field: str, value: Any, words: Words) -> str:
    """A value of the history, which is kept as JSON, in words."""
    match value:
        case None | [] | {} | "":
            return words.undisclosed
        case {"currency": str()}:
            try:
                return render_money(Money.from_dict(value), words.language)
            except BadMoney:
                return str(value)
        case dict():
            return words.lists["comma"].join(map(str, value.values()))
        case list():
            return words.join([str(item) for item in value])
        case float() | int():
            return render_total(value, words.language)
    text = str(value)
    if field == "round":
        return render_round(text, words.language)
    return {"kind": words.kinds, "status": words.statuses}.get(field, {}).get(text, text)


def describe_line(line: Line, language: Language) -> str:
    """What stands small under a row's name: the company, where the row is named by its product."""
    company = line.event.company.in_language(language)
    return company if company != line.cells[0] else ""
