"""What consumers ask of the stored events: filtered and sorted pages, sums by week, sources with what they gave.

A page ends at a `Place` (the sort value and id of its last event) and the next one begins behind it, so that a deep
page costs what the first one costs and an event that comes in meanwhile shifts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, func, or_, select

from domain.alerting import FACTS, MEGA_KINDS, MEGA_USD
from domain.event import Event, Kind, Party, Status
from domain.gazetteer import load_gazetteer
from domain.names import match_key
from domain.week import Week, week_of
from storage.engine import Access
from storage.models import (
    ArticleRow,
    CompanyAliasRow,
    CompanyRow,
    EventInvestorRow,
    EventNameRow,
    EventRow,
    InvestorRow,
    SourceRow,
    SourceStateRow,
)
from storage.rows import read_event, table
from storage.store import Store

_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_ALIAS = table(CompanyAliasRow)
_NAME = table(EventNameRow)
_INVESTOR = table(InvestorRow)
_PART = table(EventInvestorRow)
_SOURCE = table(SourceRow)
_STATE = table(SourceStateRow)
_ARTICLE = table(ArticleRow)

_VISIBLE = and_(_EVENT.c.merged_into.is_(None), ~_EVENT.c.withdrawn)
_FACT = _EVENT.c.status.in_([status.value for status in FACTS])
_NOT_DENIED = _EVENT.c.status != Status.DENIED.value
_LARGEST = 9e18
# undisclosed amounts come last either way
_SORTS: Mapping[str, tuple[ColumnElement[Any], bool]] = {
    "-amount_usd": (func.coalesce(_EVENT.c.amount_usd, -1.0), True),
    "amount_usd": (func.coalesce(_EVENT.c.amount_usd, _LARGEST), False),
    "-announced_on": (_EVENT.c.announced_on, True),
    "announced_on": (_EVENT.c.announced_on, False),
    "-updated_at": (_EVENT.c.updated_at, True),
    "company": (func.lower(_COMPANY.c.name), False),
}
SORTS = tuple(_SORTS)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; what is empty allows everything but denied events, which have to be asked for.

    `company` and `investor` are found by any of their names, `text` anywhere in the names of company, product and
    investors, without regard to case.
    """

    first: Week | None = None
    last: Week | None = None
    kinds: frozenset[Kind] = frozenset()
    statuses: frozenset[Status] = frozenset()
    rounds: frozenset[str] = frozenset()
    company: str | None = None
    investor: str | None = None
    min_usd: float | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last event's sort value and id."""

    value: str | float | date | datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of events; `next` is where it ended, None on the last page."""

    events: Sequence[Event]
    next: Place | None


@dataclass(frozen=True, slots=True)
class KindSum:
    """Announced and closed deals of one kind: how many, how many with an amount, and those amounts in dollars."""

    events: int = 0
    disclosed: int = 0
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class WeekTotals:
    """One week: its events without denied ones, those that are rumours, mega-rounds, and sums of each kind apart."""

    week: Week
    events: int
    rumoured: int
    mega: int
    sums: Mapping[Kind, KindSum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source with what came from it."""

    id: str
    name: str
    language: str | None
    country: str | None
    trust: float
    articles: int
    latest_on: date | None
    last_success_at: datetime | None
    failures: int


class Queries:
    """Read-only questions about the store."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def find_events(
        self, wanted: EventFilter, *, sort: str = "-announced_on", limit: int = 100, after: Place | None = None
    ) -> EventPage:
        """One page of the events wanted."""
        key, descending = _SORTS[sort]
        rows = _select_events().add_columns(key.label("place")).where(*_iter_conditions(wanted))
        if after is not None:
            rows = rows.where(_lies_behind(key, descending, after))
        rows = rows.order_by(key.desc() if descending else key, _EVENT.c.id).limit(limit + 1)
        with self._access.reading() as connection:
            found = connection.execute(rows).mappings().all()
            page = found[:limit]
            parts = _load_parts(connection, [row["id"] for row in page])
        events = [read_event(row, parts[row["id"], "lead"], parts[row["id"], "participant"]) for row in page]
        end = Place(page[-1]["place"], page[-1]["id"]) if len(found) > limit else None
        return EventPage(events, end)

    def week_totals(self, first: Week | None = None, last: Week | None = None) -> list[WeekTotals]:
        """The weeks that have events, the latest first."""
        counts = _select_counts().where(*_iter_week_conditions(first, last))
        by_week: dict[Week, list[Any]] = defaultdict(list)
        with self._access.reading() as connection:
            for row in connection.execute(counts).mappings():
                by_week[Week(row["iso_year"], row["iso_week"])].append(row)
        return [_build_totals(week, by_week[week]) for week in sorted(by_week, reverse=True)]

    def first_week(self, after: Week | None = None) -> Week | None:
        """The first week that has events, of those after a week where one is given."""
        days = select(func.min(_EVENT.c.announced_on)).where(_VISIBLE, _NOT_DENIED)
        return self._find_week(days.where(_EVENT.c.announced_on > _end_of(after)) if after else days)

    def last_week(self, before: Week | None = None) -> Week | None:
        """The last week that has events, of those before a week where one is given."""
        days = select(func.max(_EVENT.c.announced_on)).where(_VISIBLE, _NOT_DENIED)
        return self._find_week(days.where(_EVENT.c.announced_on < before.monday) if before else days)

    def _find_week(self, days: Select[Any]) -> Week | None:
        with self._access.reading() as connection:
            day = connection.scalar(days)
        return week_of(day) if day else None

    def sources(self) -> list[SourceSummary]:
        """Every source, by id, with what came from it."""
        with self._access.reading() as connection:
            return [SourceSummary(**row) for row in connection.execute(_select_sources()).mappings()]


def open_queries(store: Store) -> Queries:
    """The queries over an open store."""
    return Queries(store._access)


def _select_events() -> Select[Any]:
    names = (_COMPANY.c.name, _COMPANY.c.key, _COMPANY.c.names)
    columns = [column.label(f"company_{column.name}") for column in names]
    return select(_EVENT, *columns).join_from(_EVENT, _COMPANY, _EVENT.c.company_id == _COMPANY.c.id).where(_VISIBLE)


def _iter_conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    yield from _iter_week_conditions(wanted.first, wanted.last)
    yield _EVENT.c.status.in_(_values(wanted.statuses)) if wanted.statuses else _NOT_DENIED
    if wanted.kinds:
        yield _EVENT.c.kind.in_(_values(wanted.kinds))
    if wanted.rounds:
        yield _EVENT.c.round.in_(sorted(wanted.rounds))
    if wanted.min_usd is not None:
        yield _EVENT.c.amount_usd >= wanted.min_usd
    if wanted.company is not None:
        keys = {match_key(wanted.company), load_gazetteer().company_key(wanted.company)}
        yield _EVENT.c.id.in_(select(_NAME.c.event_id).where(_NAME.c.key.in_(keys)))
    if wanted.investor is not None:
        keys = {match_key(wanted.investor), load_gazetteer().investor_key(wanted.investor)}
        yield _EVENT.c.id.in_(select(_PART.c.event_id).join(_INVESTOR).where(_INVESTOR.c.key.in_(keys)))
    if wanted.text:
        yield _holds_text(wanted.text)


def _values(members: Iterable[StrEnum]) -> list[str]:
    # drivers bind an enum's members in ways of their own
    return sorted(member.value for member in members)


def _iter_week_conditions(first: Week | None, last: Week | None) -> Iterator[ColumnElement[bool]]:
    if first is not None and first == last:
        yield and_(_EVENT.c.iso_year == first.year, _EVENT.c.iso_week == first.number)
        return
    if first is not None:
        yield _EVENT.c.announced_on >= first.monday
    if last is not None:
        yield _EVENT.c.announced_on <= _end_of(last)


def _end_of(week: Week) -> date:
    # the calendar ends within the last week of the year 9999
    return week.monday + min(timedelta(days=6), date.max - week.monday)


def _holds_text(text: str) -> ColumnElement[bool]:
    def says(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return func.lower(column).contains(text.lower(), autoescape=True)

    aliases = select(_ALIAS.c.company_id).where(says(_ALIAS.c.name))
    investors = select(_PART.c.event_id).join(_INVESTOR).where(says(_INVESTOR.c.name))
    return or_(
        says(_COMPANY.c.name),
        says(_EVENT.c.application),
        _EVENT.c.company_id.in_(aliases),
        _EVENT.c.id.in_(investors),
    )


def _lies_behind(key: ColumnElement[Any], descending: bool, place: Place) -> ColumnElement[bool]:
    further = key < place.value if descending else key > place.value
    return or_(further, and_(key == place.value, _EVENT.c.id > place.event_id))


def _load_parts(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], list[Party]]:
    wanted = (
        select(_PART.c.event_id, _PART.c.role, _INVESTOR.c.name, _INVESTOR.c.key, _INVESTOR.c.names)
        .join_from(_PART, _INVESTOR)
        .where(_PART.c.event_id.in_(ids))
        .order_by(_PART.c.event_id, _PART.c.position)
    )
    parts: dict[tuple[str, str], list[Party]] = defaultdict(list)
    for event_id, role, name, key, names in connection.execute(wanted):
        parts[event_id, role].append(Party(name, key, names))
    return parts


def _select_counts() -> Select[Any]:
    """Events by week, kind and whether they are facts."""
    mega = and_(_FACT, _EVENT.c.kind.in_(_values(MEGA_KINDS)), _EVENT.c.amount_usd >= MEGA_USD)
    fact = case((_FACT, 1), else_=0).label("fact")
    groups = (_EVENT.c.iso_year, _EVENT.c.iso_week, _EVENT.c.kind, fact)
    return (
        select(
            *groups,
            func.count().label("events"),
            func.count(_EVENT.c.amount_usd).label("disclosed"),
            func.coalesce(func.sum(_EVENT.c.amount_usd), 0.0).label("usd"),
            func.sum(case((mega, 1), else_=0)).label("mega"),
        )
        .where(_VISIBLE, _NOT_DENIED)
        .group_by(*groups)
    )


def _build_totals(week: Week, rows: Sequence[RowMapping]) -> WeekTotals:
    return WeekTotals(
        week,
        events=sum(row["events"] for row in rows),
        rumoured=sum(row["events"] for row in rows if not row["fact"]),
        mega=sum(row["mega"] for row in rows),
        sums={
            Kind(row["kind"]): KindSum(row["events"], row["disclosed"], float(row["usd"]))
            for row in rows
            if row["fact"]
        },
    )


def _select_sources() -> Select[Any]:
    told = (
        select(
            _ARTICLE.c.source_id, func.count().label("articles"), func.max(_ARTICLE.c.published_on).label("latest_on")
        )
        .group_by(_ARTICLE.c.source_id)
        .subquery()
    )
    fetched = (
        select(
            _STATE.c.source_id,
            func.max(_STATE.c.last_success_at).label("last_success_at"),
            func.max(_STATE.c.failures).label("failures"),
        )
        .group_by(_STATE.c.source_id)
        .subquery()
    )
    return (
        select(
            _SOURCE,
            func.coalesce(told.c.articles, 0).label("articles"),
            told.c.latest_on,
            fetched.c.last_success_at,
            func.coalesce(fetched.c.failures, 0).label("failures"),
        )
        .outerjoin(told, told.c.source_id == _SOURCE.c.id)
        .outerjoin(fetched, fetched.c.source_id == _SOURCE.c.id)
        .order_by(_SOURCE.c.id)
    )
