"""Listings of the past: the events as they were known at a time, filtered and sorted like those of today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from domain.event import Event, Party, Status
from storage.event_filter import EventFilter, Watched, company_keys_of, end_of, investor_keys_of
from storage.queries import Page, Place

Value = str | float | date | datetime | None

# an event of the past does not know when it was written, so sorting by that is left out
_KEYS: Mapping[str, Callable[[Event], Value]] = {
    "amount_usd": lambda event: event.amount_usd,
    "valuation_usd": lambda event: event.valuation_usd,
    "announced_on": lambda event: event.announced_on,
    "confidence": lambda event: event.confidence,
    "company": lambda event: event.company.name.lower(),
}
PAST_SORTS = tuple(_KEYS)


def page_events(
    events: Iterable[Event], wanted: EventFilter, *, sort: str, limit: int, after: Place | None
) -> Page[Event]:
    """One page of those events that are wanted."""
    key = _KEYS[sort.removeprefix("-")]
    found = _sort([event for event in events if holds(wanted, event)], key, sort.startswith("-"))
    ids = [event.id for event in found]
    start = ids.index(after.id) + 1 if after and after.id in ids else 0
    page = found[start : start + limit]
    more = len(found) > start + limit
    return Page(page, Place(key(page[-1]), page[-1].id) if more else None)


def _sort(events: list[Event], key: Callable[[Event], Any], descending: bool) -> list[Event]:
    known = sorted((event for event in events if key(event) is not None), key=lambda event: event.id)
    known.sort(key=key, reverse=descending)
    return known + sorted((event for event in events if key(event) is None), key=lambda event: event.id)


def holds(wanted: EventFilter, event: Event) -> bool:
    """Whether an event is wanted."""
    return all(_iter_answers(wanted, event))


def _iter_answers(wanted: EventFilter, event: Event) -> Iterator[bool]:
    yield event.status in wanted.statuses if wanted.statuses else event.status is not Status.DENIED
    yield not wanted.kinds or event.kind in wanted.kinds
    for value, values in (
        (event.round, wanted.rounds),
        (event.sector, wanted.sectors),
        (event.country, wanted.countries),
    ):
        yield not values or value in values
    yield from _iter_bounds(wanted, event)
    yield wanted.company is None or event.company.key in company_keys_of(wanted.company)
    parties = (*event.leads, *event.participants)
    yield wanted.investor is None or _names_one(parties, wanted.investor)
    yield wanted.lead is None or _names_one(event.leads, wanted.lead)
    yield wanted.watched is None or _touches(wanted.watched, event)
    yield not wanted.text or any(wanted.text.lower() in name.lower() for name in _iter_names(event))


def _iter_bounds(wanted: EventFilter, event: Event) -> Iterator[bool]:
    day, usd = event.announced_on, event.amount_usd
    yield wanted.first is None or day >= wanted.first.monday
    yield wanted.last is None or day <= end_of(wanted.last)
    yield wanted.first_day is None or day >= wanted.first_day
    yield wanted.last_day is None or day <= wanted.last_day
    yield wanted.min_usd is None or (usd is not None and usd >= wanted.min_usd)
    yield wanted.max_usd is None or (usd is not None and usd <= wanted.max_usd)


def _touches(watched: Watched, event: Event) -> bool:
    parties = (*event.leads, *event.participants)
    return (
        event.sector in watched.sectors
        or any(event.company.key in company_keys_of(name) for name in watched.companies)
        or any(_names_one(parties, name) for name in watched.investors)
    )


def _names_one(parties: Iterable[Party], name: str) -> bool:
    keys = investor_keys_of(name)
    return any(party.key in keys for party in parties)


def _iter_names(event: Event) -> Iterator[str]:
    for party in (event.company, *event.leads, *event.participants):
        yield party.name
        yield from party.names.values()
    if event.application:
        yield event.application
