"""Fields of an event that a person may set, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from domain.conditions import load_sectors
from domain.currency import Rates
from domain.errors import BadInput, BadMoney
from domain.event import DatePrecision, Event, Kind, Party, Status
from domain.gazetteer import Gazetteer, load_gazetteer
from domain.money import Money
from domain.names import match_key
from domain.plausibility import check_day, check_money
from domain.rounds import is_round

_COUNTRY = re.compile(r"[A-Z]{2}")
_TOLD_APART = re.compile(r"(.*\S)\s*\(([^()]+)\)\s*")


def read_company(value: Any, known: Gazetteer) -> dict[str, Any]:
    """A name; what stands in brackets behind it tells companies of one name apart: "Atlas (robots)"."""
    name = _read_text(value)
    if key := key_told_apart(name, known):
        return {"company": Party(name, key), "sector": None, "country": None}
    record = known.find_company(name)
    if record is None:
        return {"company": Party(name, match_key(name))}
    company = Party(record.name, record.key, record.names)
    return {"company": company, "sector": record.group, "country": record.country}


def key_told_apart(name: str, known: Gazetteer) -> str | None:
    """The key of a company whose name says in brackets which of its namesakes it is."""
    match = _TOLD_APART.fullmatch(name)
    return f"{known.company_key(match[1])}#{match_key(match[2])}" if match else None


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(repr(value), "not a text")
    return value.strip()


def _read_round(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and is_round(value)):
        return value
    raise BadInput(repr(value), "not a round such as series-a or pre-a+")


def _read_money(value: Any) -> Money | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise BadMoney(repr(value), "not an amount with min, max, currency and precision")
    return Money.from_dict(dict(value))


def _read_day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadInput(repr(value), "not a date such as 2025-01-22") from error


def _read_parties(value: Any, known: Gazetteer) -> tuple[Party, ...]:
    if not isinstance(value, (list, tuple)):
        raise BadInput(repr(value), "not a list of names")
    parties = {}
    for name in map(_read_text, value):
        record = known.find_investor(name)
        party = Party(record.name, record.key, record.names) if record else Party(name, match_key(name))
        parties[party.key] = party
    return tuple(parties.values())


def _optional_text(value: Any) -> str | None:
    return None if value is None else _read_text(value)


def _read_sector(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and value in load_sectors()):
        return value
    raise BadInput(repr(value), f"none of {', '.join(sorted(load_sectors()))}")


def _read_country(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and _COUNTRY.fullmatch(value)):
        return value
    raise BadInput(repr(value), "not a country's two letters such as US or CN")


def _choice(kind: type[Kind] | type[Status]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            return kind(value)
        except ValueError as error:
            raise BadInput(repr(value), f"none of {', '.join(kind)}") from error

    return read


_Reader = Callable[[Any, Gazetteer], dict[str, Any]]


def _one(name: str, read: Callable[[Any], Any]) -> _Reader:
    return lambda value, known: {name: read(value)}


def _parties(name: str) -> _Reader:
    return lambda value, known: {name: _read_parties(value, known)}


_READERS: dict[str, _Reader] = {
    "company": read_company,
    "status": _one("status", _choice(Status)),
    "kind": _one("kind", _choice(Kind)),
    "round": _one("round", _read_round),
    "amount": _one("amount", _read_money),
    "valuation": _one("valuation", _read_money),
    "total_raised": _one("total_raised", _read_money),
    "announced_on": lambda value, known: {"announced_on": _read_day(value), "date_precision": DatePrecision.DAY},
    "leads": _parties("leads"),
    "participants": _parties("participants"),
    "application": _one("application", _optional_text),
    "sector": _one("sector", _read_sector),
    "country": _one("country", _read_country),
}
EDITABLE = tuple(_READERS)


def check_edit(field: str, value: Any, today: date, rates: Rates) -> None:
    """Raises BadInput where there is no such field, or the value is none of its kind or cannot be true."""
    for read in _read(field, value, load_gazetteer()).values():
        if isinstance(read, Money):
            check_money(read, today, rates)
        elif isinstance(read, date):
            check_day(read, today)


def _read(field: str, value: Any, known: Gazetteer) -> dict[str, Any]:
    if field not in _READERS:
        raise BadInput(repr(field), f"no field that can be edited; these can: {', '.join(EDITABLE)}")
    return _READERS[field](value, known)


def edit_event(event: Event, field: str, value: Any, rates: Rates, known: Gazetteer | None = None) -> Event:
    """The event with a field set that `check_edit` let through."""
    changed = replace(event, **_read(field, value, known or load_gazetteer()))
    leading = {party.key for party in changed.leads}
    return replace(
        changed,
        participants=tuple(party for party in changed.participants if party.key not in leading),
        amount_usd=_to_usd(changed.amount, changed, rates),
        valuation_usd=_to_usd(changed.valuation, changed, rates),
    )


def _to_usd(money: Money | None, event: Event, rates: Rates) -> float | None:
    return rates.to_usd(money, event.announced_on) if money else None
