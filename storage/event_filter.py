"""Which events a question is about: the filter, and the conditions in SQL that it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from domain.alerting import FACTS
from domain.editing import key_told_apart
from domain.event import Kind, Status
from domain.gazetteer import load_gazetteer
from domain.names import match_key
from domain.week import Week, week_of
from storage.models import (
    CompanyAliasRow,
    CompanyRow,
    EventInvestorRow,
    EventNameRow,
    EventRow,
    InvestorAliasRow,
    InvestorRow,
)
from storage.rows import table

_EVENT = table(EventRow)
# the same table once more, for a question within a question on events
_SAME = _EVENT.alias("same")
_COMPANY = table(CompanyRow)
_ALIAS = table(CompanyAliasRow)
_NAME = table(EventNameRow)
_INVESTOR = table(InvestorRow)
_OTHER = table(InvestorAliasRow)
_PART = table(EventInvestorRow)

VISIBLE = and_(_EVENT.c.merged_into.is_(None), ~_EVENT.c.withdrawn)
FACT = _EVENT.c.status.in_([status.value for status in FACTS])
NOT_DENIED = _EVENT.c.status != Status.DENIED.value


@dataclass(frozen=True, slots=True)
class Watched:
    """Companies, investors and sectors, by any of their names: an event is wanted where it touches one of them."""

    companies: tuple[str, ...] = ()
    investors: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; what is empty allows everything but denied events, which have to be asked for.

    `company`, `investor` and `lead` are found by any of their names, `text` anywhere in the names of company, product
    and investors, without regard to case.
    """

    first: Week | None = None
    last: Week | None = None
    first_day: date | None = None
    last_day: date | None = None
    kinds: frozenset[Kind] = frozenset()
    statuses: frozenset[Status] = frozenset()
    rounds: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    company: str | None = None
    investor: str | None = None
    lead: str | None = None
    min_usd: float | None = None
    max_usd: float | None = None
    text: str | None = None
    watched: Watched | None = None


def list_values(members: Iterable[StrEnum]) -> list[str]:
    """The values of an enum's members, which drivers would bind in ways of their own."""
    return sorted(member.value for member in members)


def company_keys_of(name: str) -> frozenset[str]:
    """The keys that a company of that name may be kept under; a key is a name as well."""
    known = load_gazetteer()
    return frozenset((name, match_key(name), known.company_key(name), key_told_apart(name, known) or name))


def investor_keys_of(name: str) -> frozenset[str]:
    """The keys that an investor of that name may be kept under."""
    return frozenset((name, match_key(name), load_gazetteer().investor_key(name)))


def iter_conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    """Yields what has to hold of an event's row."""
    yield VISIBLE
    yield from iter_week_conditions(wanted.first, wanted.last)
    yield _EVENT.c.status.in_(list_values(wanted.statuses)) if wanted.statuses else NOT_DENIED
    if wanted.kinds:
        yield _EVENT.c.kind.in_(list_values(wanted.kinds))
    for column, values in (("round", wanted.rounds), ("sector", wanted.sectors), ("country", wanted.countries)):
        if values:
            yield _EVENT.c[column].in_(sorted(values))
    yield from _iter_bounds(wanted)
    yield from _iter_parties(wanted)
    if wanted.watched:
        yield _touches(wanted.watched)
    if wanted.text:
        yield _holds_text(wanted.text)


def _iter_bounds(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    day, usd = _EVENT.c.announced_on, _EVENT.c.amount_usd
    if wanted.first_day is not None:
        yield day >= bindparam("first_day", wanted.first_day, day.type)
    if wanted.last_day is not None:
        yield day <= bindparam("last_day", wanted.last_day, day.type)
    if wanted.min_usd is not None:
        yield usd >= bindparam("min_usd", wanted.min_usd, usd.type)
    if wanted.max_usd is not None:
        yield usd <= bindparam("max_usd", wanted.max_usd, usd.type)


_ANY_DAY = date(2000, 1, 3)
_ANY_WEEK = week_of(_ANY_DAY)
_ANY_BOUNDS: dict[str, Any] = {
    "first": _ANY_WEEK,
    "last": _ANY_WEEK,
    "first_day": _ANY_DAY,
    "last_day": _ANY_DAY,
    "min_usd": 0.0,
    "max_usd": 0.0,
}


def blank_bounds(wanted: EventFilter) -> EventFilter:
    """The filter with other bounds in place of its own: a statement that is built for one serves all alike."""
    blanks = {name: any_value for name, any_value in _ANY_BOUNDS.items() if getattr(wanted, name) is not None}
    if wanted.first != wanted.last and "last" in blanks:
        blanks["last"] = week_of(_ANY_DAY + timedelta(weeks=1))
    return replace(wanted, **blanks)


def read_bounds(wanted: EventFilter) -> dict[str, Any]:
    """The bounds by the names that they have in statements."""
    first, last = wanted.first, wanted.last
    return {
        "iso_year": first and first.year,
        "iso_week": first and first.number,
        "monday": first and first.monday,
        "sunday": last and end_of(last),
        **{name: getattr(wanted, name) for name in ("first_day", "last_day", "min_usd", "max_usd")},
    }


def _iter_parties(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.company is not None:
        yield _raised(company_keys_of(wanted.company))
    for name, role in ((wanted.investor, None), (wanted.lead, "lead")):
        if name is not None:
            yield _EVENT.c.id.in_(_select_backed(investor_keys_of(name), role))


def _raised(keys: Iterable[str]) -> ColumnElement[bool]:
    """That a company raises which goes by one of these keys, in the event's own articles or in others."""
    listed = sorted(keys)
    told = select(_NAME.c.event_id).where(_NAME.c.key.in_(listed))
    named = select(_ALIAS.c.company_id).where(_ALIAS.c.key.in_(listed))
    # a union, since OR would keep the database from its indexes
    return _EVENT.c.id.in_(told.union(select(_SAME.c.id).where(_SAME.c.company_id.in_(named))))


def _select_backed(keys: Iterable[str], role: str | None = None) -> Select[Any]:
    """The events that an investor takes part in who goes by one of these keys."""
    listed = sorted(keys)
    own = select(_INVESTOR.c.id).where(_INVESTOR.c.key.in_(listed))
    other = select(_OTHER.c.investor_id).where(_OTHER.c.key.in_(listed))
    told = select(_PART.c.event_id).where(_PART.c.investor_id.in_(own.union(other)))
    return told.where(_PART.c.role == role) if role else told


def _touches(watched: Watched) -> ColumnElement[bool]:
    companies = (key for name in watched.companies for key in company_keys_of(name))
    investors = (key for name in watched.investors for key in investor_keys_of(name))
    return or_(_EVENT.c.sector.in_(watched.sectors), _raised(companies), _EVENT.c.id.in_(_select_backed(investors)))


def iter_week_conditions(first: Week | None, last: Week | None) -> Iterator[ColumnElement[bool]]:
    """Yields what has to hold of an event of these weeks."""
    day = _EVENT.c.announced_on
    if first is not None and first == last:
        yield _EVENT.c.iso_year == bindparam("iso_year", first.year)
        yield _EVENT.c.iso_week == bindparam("iso_week", first.number)
        return
    if first is not None:
        yield day >= bindparam("monday", first.monday, day.type)
    if last is not None:
        yield day <= bindparam("sunday", end_of(last), day.type)


def end_of(week: Week) -> date:
    """The last day of a week, which in the last week of the year 9999 is a Friday: there the calendar ends."""
    return week.monday + min(timedelta(days=6), date.max - week.monday)


def _holds_text(text: str) -> ColumnElement[bool]:
    def says(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return func.lower(column).contains(text.lower(), autoescape=True)

    companies = select(_COMPANY.c.id).where(says(_COMPANY.c.name))
    aliases = select(_ALIAS.c.company_id).where(says(_ALIAS.c.name))
    investors = select(_PART.c.event_id).join(_INVESTOR).where(says(_INVESTOR.c.name))
    return or_(
        says(_EVENT.c.application),
        _EVENT.c.company_id.in_(companies.union(aliases)),
        _EVENT.c.id.in_(investors),
    )
