"""Events as listings give them: plain values straight from the rows; making objects of these took most of the time.

`list_event` gives the same of an event, so that whoever writes either writes one form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Text, bindparam, cast, select

from domain.event import Event, Party
from domain.money import Money
from storage.models import CompanyRow, EventInvestorRow, EventRow, InvestorRow
from storage.rows import table

_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_INVESTOR = table(InvestorRow)
_PART = table(EventInvestorRow)


class ListedMoney(NamedTuple):
    """An amount by its bounds; `currency` is None where there is no amount."""

    min: int | None
    max: int | None
    currency: str | None
    precision: str | None


class ListedParty(NamedTuple):
    """A company or an investor."""

    key: str
    name: str
    names: Mapping[str, str]


class ListedEvent(NamedTuple):
    """An event in plain values; days are ISO texts."""

    id: str
    kind: str
    status: str
    round: str | None
    amount: ListedMoney
    amount_usd: float | None
    valuation: ListedMoney
    valuation_usd: float | None
    total_raised: ListedMoney
    announced_on: str
    date_precision: str
    week: str
    application: str | None
    application_types: Mapping[str, str]
    sector: str | None
    country: str | None
    confidence: float
    revision: int
    company: ListedParty
    leads: Sequence[ListedParty]
    participants: Sequence[ListedParty]


def list_event(event: Event) -> ListedEvent:
    """An event's plain values."""
    return ListedEvent(
        event.id,
        event.kind.value,
        event.status.value,
        event.round,
        list_money(event.amount),
        event.amount_usd,
        list_money(event.valuation),
        event.valuation_usd,
        list_money(event.total_raised),
        event.announced_on.isoformat(),
        event.date_precision.value,
        str(event.week),
        event.application,
        event.application_types,
        event.sector,
        event.country,
        event.confidence,
        event.revision,
        list_party(event.company),
        [list_party(party) for party in event.leads],
        [list_party(party) for party in event.participants],
    )


def list_money(money: Money | None) -> ListedMoney:
    """An amount's plain values."""
    return ListedMoney(money.min, money.max, money.currency, money.precision.value) if money else _NO_MONEY


def list_party(party: Party) -> ListedParty:
    """A party's plain values."""
    return ListedParty(party.key, party.name, party.names)


_NO_MONEY = ListedMoney(None, None, None, None)


def _columns(name: str) -> list[Any]:
    return [_EVENT.c[f"{name}_{part}"] for part in ("min", "max", "currency", "precision")]


# JSON and days as the texts that they are: the database's own types would be read one by one
_EVENTS = (
    select(
        _EVENT.c.id,
        _EVENT.c.kind,
        _EVENT.c.status,
        _EVENT.c.round,
        *_columns("amount"),
        _EVENT.c.amount_usd,
        *_columns("valuation"),
        _EVENT.c.valuation_usd,
        *_columns("total_raised"),
        cast(_EVENT.c.announced_on, Text),
        _EVENT.c.date_precision,
        _EVENT.c.iso_year,
        _EVENT.c.iso_week,
        _EVENT.c.application,
        cast(_EVENT.c.application_types, Text),
        _EVENT.c.sector,
        _EVENT.c.country,
        _EVENT.c.confidence,
        _EVENT.c.revision,
        cast(_EVENT.c.company_as, Text),
        _COMPANY.c.key,
        _COMPANY.c.name,
        cast(_COMPANY.c.names, Text),
    )
    .join_from(_EVENT, _COMPANY, _EVENT.c.company_id == _COMPANY.c.id)
    .where(_EVENT.c.id.in_(bindparam("ids", expanding=True)))
)
_PARTS = (
    select(
        _PART.c.event_id,
        _PART.c.role,
        cast(_PART.c.named_as, Text),
        _INVESTOR.c.key,
        _INVESTOR.c.name,
        cast(_INVESTOR.c.names, Text),
    )
    .join_from(_PART, _INVESTOR)
    .where(_PART.c.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(_PART.c.event_id, _PART.c.position)
)


def load_listed(connection: Connection, ids: Sequence[str]) -> list[ListedEvent]:
    """The events of these ids, visible or not, in their order."""
    if not ids:
        return []
    parts: dict[tuple[str, str], list[ListedParty]] = defaultdict(list)
    for event_id, role, named_as, key, name, names in connection.execute(_PARTS, {"ids": list(ids)}).all():
        parts[event_id, role].append(_read_party(named_as, key, name, names))
    found = {}
    for row in connection.execute(_EVENTS, {"ids": list(ids)}).all():
        event_id = row[0]
        found[event_id] = _read_event(row, parts.get((event_id, "lead"), ()), parts.get((event_id, "participant"), ()))
    return [found[event_id] for event_id in ids if event_id in found]


def _read_event(row: Any, leads: Sequence[ListedParty], participants: Sequence[ListedParty]) -> ListedEvent:
    event_id, kind, status, stage, *money = row[:18]
    on, precision, year, week, application, types, sector, country, confidence, revision, *company = row[18:]
    return ListedEvent(
        event_id, kind, status, stage, _read_money(*money[:4]), money[4], _read_money(*money[5:9]), money[9],
        _read_money(*money[10:]), on, precision, f"{year}-W{week:02}", application, orjson.loads(types), sector,
        country, confidence, revision, _read_party(*company), leads, participants,
    )  # fmt: skip


def _read_money(low: int | None, high: int | None, currency: str | None, precision: str | None) -> ListedMoney:
    return ListedMoney(low, high, currency, precision) if currency else _NO_MONEY


def _read_party(named_as: str | None, key: str, name: str, names: str) -> ListedParty:
    """By the names that the event's own articles use; rows of older versions have only the party's."""
    shown = orjson.loads(named_as) if named_as else None
    return ListedParty(key, shown["name"], shown["names"]) if shown else ListedParty(key, name, orjson.loads(names))
