"""What consumers ask of the stored events: filtered and sorted pages, sums by week, sources with what they gave.

A page ends at a `Place` (the sort value and id of its last event) and the next one begins behind it, so that a deep
page costs what the first one costs and an event that comes in meanwhile shifts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from domain.alerting import MEGA_KINDS, MEGA_USD
from domain.event import Event, Kind
from domain.week import Week, week_of
from storage.engine import Access
from storage.event_filter import (
    FACT,
    NOT_DENIED,
    VISIBLE,
    EventFilter,
    blank_bounds,
    end_of,
    iter_conditions,
    iter_week_conditions,
    list_values,
    read_bounds,
)
from storage.event_reading import load_events
from storage.listing import ListedEvent, load_listed
from storage.models import ArticleRow, CompanyRow, EventRow, FrontierRow, SourceRow, SourceStateRow
from storage.rows import table
from storage.store import Store

T = TypeVar("T")
_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_SOURCE = table(SourceRow)
_STATE = table(SourceStateRow)
_FRONTIER = table(FrontierRow)
_ARTICLE = table(ArticleRow)

# each sort's column and whether it descends; what is unknown comes last either way
_SORTS: Mapping[str, tuple[ColumnElement[Any], bool]] = {
    "-amount_usd": (_EVENT.c.amount_usd, True),
    "amount_usd": (_EVENT.c.amount_usd, False),
    "-valuation_usd": (_EVENT.c.valuation_usd, True),
    "valuation_usd": (_EVENT.c.valuation_usd, False),
    "-announced_on": (_EVENT.c.announced_on, True),
    "announced_on": (_EVENT.c.announced_on, False),
    "-updated_at": (_EVENT.c.updated_at, True),
    "updated_at": (_EVENT.c.updated_at, False),
    "-confidence": (_EVENT.c.confidence, True),
    "company": (func.lower(_COMPANY.c.name), False),
    "-company": (func.lower(_COMPANY.c.name), True),
}
# whether each descends
SORTS = {name: descends for name, (_, descends) in _SORTS.items()}


# the first and the last day, each by the end of an index
_SPAN = select(
    *(
        select(bound(_EVENT.c.announced_on)).where(VISIBLE, NOT_DENIED).scalar_subquery()
        for bound in (func.min, func.max)
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: its last entry's sort value, None where that is unknown, and its id."""

    value: str | float | date | datetime | None
    id: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of events, in whichever form; `next` is where it ended, None on the last page."""

    events: Sequence[T]
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
    last_error: str | None = None
    last_item_at: datetime | None = None
    usual_gap: float | None = None
    """Seconds that usually lie between two items."""
    error_kind: str | None = None
    """What kind of failure that was, in one word."""
    pending: int = 0
    """How many articles are still to be fetched."""
    silent: bool = False
    """Whether the last crawl found it to have had no item for far longer than that."""


class Queries:
    """Read-only questions about the store."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def find_events(
        self, wanted: EventFilter, *, sort: str = "-announced_on", limit: int = 100, after: Place | None = None
    ) -> Page[Event]:
        """One page of the events wanted."""
        with self._access.reading() as connection:
            ids, end = _find_ids(connection, wanted, sort, limit, after)
            return Page(load_events(connection, ids), end)

    def list_events(
        self, wanted: EventFilter, *, sort: str = "-announced_on", limit: int = 100, after: Place | None = None
    ) -> Page[ListedEvent]:
        """One page of the events wanted, in plain values."""
        with self._access.reading() as connection:
            ids, end = _find_ids(connection, wanted, sort, limit, after)
            return Page(load_listed(connection, ids), end)

    def updated_at(self, event_ids: Sequence[str]) -> dict[str, datetime]:
        """When each of these events came to be what it is."""
        wanted = select(_EVENT.c.id, _EVENT.c.updated_at).where(_EVENT.c.id.in_(event_ids))
        with self._access.reading() as connection:
            return {row.id: row.updated_at for row in connection.execute(wanted)}

    def count_events(self, wanted: EventFilter) -> int:
        """How many events are wanted."""
        with self._access.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_EVENT).where(*iter_conditions(wanted))) or 0

    def week_totals(self, first: Week | None = None, last: Week | None = None) -> list[WeekTotals]:
        """The weeks that have events, the latest first."""
        counts = _select_counts().where(*iter_week_conditions(first, last))
        by_week: dict[Week, list[Any]] = defaultdict(list)
        with self._access.reading() as connection:
            for row in connection.execute(counts).mappings():
                by_week[Week(row["iso_year"], row["iso_week"])].append(row)
        return [_build_totals(week, by_week[week]) for week in sorted(by_week, reverse=True)]

    def span(self) -> tuple[Week, Week] | None:
        """The first and the last week that have events."""
        with self._access.reading() as connection:
            days = connection.execute(_SPAN).one()
        return (week_of(days[0]), week_of(days[1])) if days[0] else None

    def first_week(self, after: Week | None = None) -> Week | None:
        """The first week that has events, of those after a week where one is given."""
        days = select(func.min(_EVENT.c.announced_on)).where(VISIBLE, NOT_DENIED)
        return self._find_week(days.where(_EVENT.c.announced_on > end_of(after)) if after else days)

    def last_week(self, before: Week | None = None) -> Week | None:
        """The last week that has events, of those before a week where one is given."""
        days = select(func.max(_EVENT.c.announced_on)).where(VISIBLE, NOT_DENIED)
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


def _find_ids(
    connection: Connection, wanted: EventFilter, sort: str, limit: int, after: Place | None
) -> tuple[list[str], Place | None]:
    stretches = build_stretches(blank_bounds(wanted), sort, name_start(after))
    rows, end = find_page(connection, stretches, wanted, limit, after)
    return [row.id for row in rows], end


def find_page(
    connection: Connection, stretches: Sequence[Select[Any]], wanted: EventFilter, limit: int, after: Place | None
) -> tuple[list[Any], Place | None]:
    """The rows of a page, each with `id` and `value`, and where it ended if there is more."""
    bounds = {**read_bounds(wanted), "last_value": after and after.value, "last_id": after and after.id}
    found: list[Any] = []
    for stretch in stretches:
        if len(found) <= limit:
            found += connection.execute(stretch, {**bounds, "most": limit + 1 - len(found)}).all()
    page = found[:limit]
    return page, Place(page[-1].value, page[-1].id) if len(found) > limit else None


Start = Literal["first", "known", "unknown"]


def name_start(after: Place | None) -> Start:
    """Where a page begins: at the listing's beginning, behind a known sort value or behind an unknown one."""
    if after is None:
        return "first"
    return "unknown" if after.value is None else "known"


@lru_cache(maxsize=64)
def build_stretches(wanted: EventFilter, sort: str, start: Start) -> Sequence[Select[Any]]:
    """The ids wanted, in order: those whose sort value is known, then the others; each stretch can go by an index.

    Built once for all bounds, since building takes longer than asking.
    """
    key, descending = _SORTS[sort]
    ids = (
        select(_EVENT.c.id, key.label("value")).where(*iter_conditions(wanted)).limit(bindparam("most", type_=Integer))
    )
    if not isinstance(key, Column):
        ids = ids.join_from(_EVENT, _COMPANY, _EVENT.c.company_id == _COMPANY.c.id)
    known = ids.where(key.is_not(None)).order_by(key.desc() if descending else key, _EVENT.c.id)
    unknown = ids.where(key.is_(None)).order_by(_EVENT.c.id)
    last, last_id = bindparam("last_value", type_=key.type), bindparam("last_id", type_=String)
    if start == "first":
        return known, unknown
    if start == "unknown":
        return (unknown.where(_EVENT.c.id > last_id),)
    near = key <= last if descending else key >= last
    return known.where(near, or_(key != last, _EVENT.c.id > last_id)), unknown


def _select_counts() -> Select[Any]:
    """Events by week, kind and whether they are facts."""
    mega = and_(FACT, _EVENT.c.kind.in_(list_values(MEGA_KINDS)), _EVENT.c.amount_usd >= MEGA_USD)
    fact = case((FACT, 1), else_=0).label("fact")
    groups = (_EVENT.c.iso_year, _EVENT.c.iso_week, _EVENT.c.kind, fact)
    return (
        select(
            *groups,
            func.count().label("events"),
            func.count(_EVENT.c.amount_usd).label("disclosed"),
            func.coalesce(func.sum(_EVENT.c.amount_usd), 0.0).label("usd"),
            func.sum(case((mega, 1), else_=0)).label("mega"),
        )
        .where(VISIBLE, NOT_DENIED)
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
            func.max(_STATE.c.last_error).label("last_error"),
            func.max(case((_STATE.c.failures > 0, _STATE.c.flaw))).label("error_kind"),
            func.max(_STATE.c.last_item_at).label("last_item_at"),
            func.max(_STATE.c.usual_gap).label("usual_gap"),
            func.max(case((_STATE.c.flaw == "silent", 1), else_=0)).label("silent"),
        )
        .group_by(_STATE.c.source_id)
        .subquery()
    )
    waiting = (
        select(_FRONTIER.c.source_id, func.count().label("pending"))
        .where(_FRONTIER.c.done_at.is_(None))
        .group_by(_FRONTIER.c.source_id)
        .subquery()
    )
    return (
        select(
            _SOURCE,
            func.coalesce(told.c.articles, 0).label("articles"),
            told.c.latest_on,
            fetched.c.last_success_at,
            func.coalesce(fetched.c.failures, 0).label("failures"),
            fetched.c.last_error,
            fetched.c.error_kind,
            func.coalesce(waiting.c.pending, 0).label("pending"),
            fetched.c.last_item_at,
            fetched.c.usual_gap,
            (func.coalesce(fetched.c.silent, 0) > 0).label("silent"),
        )
        .outerjoin(told, told.c.source_id == _SOURCE.c.id)
        .outerjoin(fetched, fetched.c.source_id == _SOURCE.c.id)
        .outerjoin(waiting, waiting.c.source_id == _SOURCE.c.id)
        .order_by(_SOURCE.c.id)
    )
