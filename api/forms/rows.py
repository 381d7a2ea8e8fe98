"""Rows of a table: what the API says in nested JSON, laid flat with one value a column; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.event import Event
from storage.listing import ListedEvent, ListedMoney, ListedParty, list_event


def lay_flat(item: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The values of an object under names such as `sums_equity_usd`; lists of plain values become one text."""
    flat: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, Mapping):
            flat |= lay_flat(value, f"{prefix}{name}_")
        elif isinstance(value, list):
            flat[f"{prefix}{name}"] = "; ".join(
                str(one.get("name", one)) if isinstance(one, dict) else str(one) for one in value
            )
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def lay_event_flat(event: Event) -> dict[str, Any]:
    """An event as a row."""
    return lay_listed_flat(list_event(event))


def lay_listed_flat(event: ListedEvent) -> dict[str, Any]:
    """An event as a row: amounts by bounds and in dollars, names of several parties in one column."""
    return {
        "id": event.id,
        "week": event.week,
        "announced_on": event.announced_on,
        "date_precision": event.date_precision,
        "company": event.company.name,
        "company_zh": event.company.names.get("zh"),
        "company_key": event.company.key,
        "application": event.application,
        "application_type": next(iter(event.application_types.values()), None),
        "kind": event.kind,
        "status": event.status,
        "round": event.round,
        **_lay_money_flat("amount", event.amount),
        "amount_usd": event.amount_usd,
        **_lay_money_flat("valuation", event.valuation),
        "valuation_usd": event.valuation_usd,
        **_lay_money_flat("total_raised", event.total_raised),
        "lead_investors": _join(event.leads),
        "participants": _join(event.participants),
        "sector": event.sector,
        "country": event.country,
        "confidence": event.confidence,
        "revision": event.revision,
        "url": f"/api/v1/events/{event.id}",
    }


def _lay_money_flat(name: str, money: ListedMoney) -> dict[str, Any]:
    return {
        f"{name}_min": money.min,
        f"{name}_max": money.max,
        f"{name}_currency": money.currency,
        f"{name}_precision": money.precision,
    }


def _join(parties: Iterable[ListedParty]) -> str:
    return "; ".join(party.name for party in parties)
