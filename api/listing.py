"""Listings of events: filters read and checked, one page found, and the addresses of the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Response
from pydantic import AfterValidator, AwareDatetime, Field

from api.answers import Answerer
from api.cards import HEADER, open_cards, write_card
from api.cursors import decode_cursor, encode_cursor
from api.deps import Filters
from api.forms import FEEDS
from api.forms.feeds import render_feed
from api.forms.rows import lay_listed_flat
from domain.errors import BadInput
from domain.event import Event, Kind, Status
from domain.rounds import ROUNDS, is_round
from domain.week import Week
from storage.cards import Side
from storage.event_filter import EventFilter
from storage.listing import ListedEvent, list_event
from storage.past_events import PAST_SORTS, page_events
from storage.queries import Page, Place
from storage.store import Store

Sort = Literal[
    "-amount_usd", "amount_usd", "-valuation_usd", "valuation_usd", "-announced_on", "announced_on", "-updated_at",
    "updated_at", "-confidence", "company", "-company",
]  # fmt: skip
_NAME = {"min_length": 1, "max_length": 200, "pattern": r"^[^\x00-\x1f]*$"}
MAX_LIMIT = 1000
# beyond any amount of money, and within what every database can compare
_MOST_USD = 1e15


def _check_round(name: str) -> str:
    if not is_round(name):
        raise ValueError(f"not a round name; these are: {', '.join(ROUNDS)}, letters also with a suffix (series-b+)")
    return name


def read_time(at: datetime) -> datetime:
    """The time in UTC, where it has one within the years 1 to 9999; ValueError else."""
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("beyond the years that can be reckoned with") from None


class EventFilters(Filters):
    """What a listing of events may be asked for."""

    kind: list[Kind] = Field(default=[], description="equity, debt, grant or commitment; may be repeated.")
    status: list[Status] = Field(
        default=[],
        description="rumoured, announced, closed or denied; may be repeated. Without it, all but denied events.",
    )
    round: list[Annotated[str, AfterValidator(_check_round)]] = Field(
        default=[], description="Normal round names such as seed or series-b; may be repeated."
    )
    company: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="The company, by any name it is known under, in English or Chinese."
    )
    investor: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="An investor that leads or takes part, by any name it is known under."
    )
    lead: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="An investor that leads, by any name it is known under."
    )
    sector: list[Annotated[str, Field(**_NAME)]] = Field(
        default=[], description="Sectors such as robotics or ai-chips; may be repeated.", max_length=50
    )
    country: list[Annotated[str, Field(pattern="^[A-Za-z]{2}$")]] = Field(
        default=[], description="Countries by ISO 3166 code, such as US; may be repeated.", max_length=50
    )
    min_usd: float | None = Field(
        default=None, ge=0, le=_MOST_USD, description="Smallest amount in US dollars; leaves undisclosed amounts out."
    )
    max_usd: float | None = Field(
        default=None, ge=0, le=_MOST_USD, description="Largest amount in US dollars; leaves undisclosed amounts out."
    )
    q: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="Text that stands in a name of company, product or investor."
    )
    sort: Sort | None = Field(default=None, description="Order; a minus means descending. Unknown amounts come last.")
    limit: int | None = Field(default=None, ge=1, le=MAX_LIMIT, description="Events a page.")
    cursor: str | None = Field(default=None, max_length=4096, description="Where to go on, from `next` or Link.")

    def build_filter(self, first: Week | None, last: Week | None) -> EventFilter:
        """The question to the store."""
        return EventFilter(
            first=first,
            last=last,
            kinds=frozenset(self.kind),
            statuses=frozenset(self.status),
            rounds=frozenset(self.round),
            company=self.company,
            investor=self.investor,
            lead=self.lead,
            sectors=frozenset(self.sector),
            countries=frozenset(code.upper() for code in self.country),
            min_usd=self.min_usd,
            max_usd=self.max_usd,
            text=self.q,
        )


class WeekRangeFilters(EventFilters):
    """The filters of a listing over all weeks."""

    from_: Annotated[str, Field(max_length=32)] | None = Field(
        default=None, alias="from", description="First week: 2025-W04, a date in it, `current` or `latest`."
    )
    to: Annotated[str, Field(max_length=32)] | None = Field(default=None, description="Last week, likewise.")

    since: date | None = Field(default=None, description="First announcement day.", examples=["2025-01-20"])
    until: date | None = Field(default=None, description="Last announcement day.", examples=["2025-01-26"])
    watch: str | None = Field(
        default=None, description="A watch list's id: events that touch one of its parties or sectors.", max_length=64
    )
    as_of: Annotated[AwareDatetime, AfterValidator(read_time)] | None = Field(
        default=None,
        description="Answers from what was known at that time, such as 2025-02-01T12:00:00Z.",
        examples=["2025-02-01T12:00:00Z"],
    )

    def build_filter(self, first: Week | None, last: Week | None) -> EventFilter:
        """The question to the store."""
        return replace(super().build_filter(first, last), first_day=self.since, last_day=self.until)


# what an index tells of an event besides its week or day, and how much of it is asked for
IN_INDEX = frozenset(("kind", "status", "min_usd", "max_usd", "limit", "cursor", "lang"))

T = TypeVar("T")
S = TypeVar("S")
Find = Callable[[int, Place | None], Page[T]]


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds pages of the events wanted, in the form that is needed: as they are now, or were known at a time."""

    answerer: Answerer
    wanted: EventFilter
    sort: Sort
    as_of: datetime | None
    if_none: Callable[[], object]

    def whole(self) -> Find[Event]:
        """Whole events: those of the past, and those of feeds."""
        queries, wanted, sort = self.answerer.queries, self.wanted, self.sort
        if self.as_of is None:
            return self._check(lambda limit, after: queries.find_events(wanted, sort=sort, limit=limit, after=after))
        if sort.removeprefix("-") not in PAST_SORTS:
            raise BadInput("sort", f"not by {sort} together with as_of; by {', '.join(PAST_SORTS)}")
        events = _load_past(self.answerer.store, self.as_of)
        return lambda limit, after: page_events(events, wanted, sort=sort, limit=limit, after=after)

    def listed(self) -> Find[ListedEvent]:
        """Plain values."""
        queries, wanted, sort = self.answerer.queries, self.wanted, self.sort
        if self.as_of is None:
            return self._check(lambda limit, after: queries.list_events(wanted, sort=sort, limit=limit, after=after))
        return _each(self.whole(), list_event)

    def written(self, side: Side) -> Find[bytes]:
        """Events written out."""
        cards, wanted, sort = open_cards(self.answerer.store), self.wanted, self.sort
        if self.as_of is None:
            return self._check(lambda limit, after: cards.page(wanted, side, sort=sort, limit=limit, after=after))
        return _each(self.listed(), lambda event: getattr(write_card(event), side).encode())

    def _check(self, find: Find[T]) -> Find[T]:
        def find_checked(limit: int, after: Place | None) -> Page[T]:
            page = find(limit, after)
            if not page.events:
                self.if_none()
            return page

        return find_checked


def _each(find: Find[T], change: Callable[[T], S]) -> Find[S]:
    def find_changed(limit: int, after: Place | None) -> Page[S]:
        page = find(limit, after)
        return Page([change(event) for event in page.events], page.next)

    return find_changed


def list_events(
    wanted: EventFilter,
    asked: EventFilters,
    answerer: Answerer,
    *,
    default_sort: Sort,
    as_of: datetime | None = None,
    if_none: Callable[[], object] = lambda: None,
) -> Response:
    """The page asked for as JSON, all events wanted as a table, what is new or changed as a feed.

    Where no event is wanted, `if_none` may say that this is a problem.
    """
    if answerer.form in FEEDS:
        # by when it was filed: news of an old round must not hide behind a hundred later ones
        default_sort = "-updated_at" if as_of is None else default_sort
    find = _Finder(answerer, wanted, asked.sort or default_sort, as_of, if_none)
    if answerer.form in FEEDS:
        return _send_feed(find, asked)
    if answerer.form == "csv":
        return answerer.send_lines(HEADER, _iter_all(find.written("line"), asked.limit))
    if answerer.form != "json":
        return answerer.send_rows(map(lay_listed_flat, _iter_all(find.listed(), asked.limit)))
    key = answerer.settings.cursor_key.get_secret_value()
    listing = repr((find.sort, str(as_of), _fingerprint(wanted)))
    after = decode_cursor(asked.cursor, listing, key) if asked.cursor else None
    page = find.written("listed")(asked.limit or answerer.settings.page_size, after)
    following = encode_cursor(page.next, listing, key) if page.next else None
    return answerer.send_texts(page.events, following, paged=after is not None)


def _send_feed(find: _Finder, asked: EventFilters) -> Response:
    answerer = find.answerer
    events = find.whole()(asked.limit or answerer.settings.page_size, None).events
    times = answerer.queries.updated_at([event.id for event in events]) if find.as_of is None else {}
    base = str(answerer.request.base_url).rstrip("/")
    address = str(answerer.request.url)
    return answerer.send(render_feed(answerer.form, events, times, address, base, answerer.language))


def _load_past(store: Store, as_of: datetime) -> list[Event]:
    return store.events.as_of(as_of)


def _iter_all(find: Find[T], limit: int | None) -> Iterator[T]:
    """Yields the events of all pages, or as many as asked for."""
    left, after = limit, None
    while left is None or left > 0:
        page = find(min(left or MAX_LIMIT, MAX_LIMIT), after)
        yield from page.events
        left, after = None if left is None else left - len(page.events), page.next
        if after is None:
            return


_ASKED = attrgetter(*(field.name for field in fields(EventFilter)))


def _fingerprint(wanted: EventFilter) -> Any:
    return [sorted(map(str, value)) if isinstance(value, frozenset) else str(value) for value in _ASKED(wanted)]
