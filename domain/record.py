"""An event as plain JSON and back: what history keeps and exports carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.event import DatePrecision, Event, Kind, Party, Status
from domain.money import Money

_MONEY = ("amount", "valuation", "total_raised")
_PLAIN = (
    "id", "round", "amount_usd", "valuation_usd", "application", "sector", "country", "confidence", "revision",
    "merged_into",
)  # fmt: skip


def build_record(event: Event) -> dict[str, Any]:
    """The event as JSON holds it; `read_record` gives the same event back."""
    record: dict[str, Any] = {name: getattr(event, name) for name in _PLAIN}
    for name in _MONEY:
        money: Money | None = getattr(event, name)
        record[name] = money and money.as_dict()
    return record | {
        "company": build_party(event.company),
        "kind": event.kind.value,
        "status": event.status.value,
        "status_dates": {name: day.isoformat() for name, day in event.status_dates.items()},
        "announced_on": event.announced_on.isoformat(),
        "date_precision": event.date_precision.value,
        "leads": [build_party(party) for party in event.leads],
        "participants": [build_party(party) for party in event.participants],
        "application_types": dict(event.application_types),
    }


def build_party(party: Party) -> dict[str, Any]:
    """A company or an investor as JSON holds it."""
    return {"name": party.name, "key": party.key, "names": dict(party.names)}


def read_record(record: Mapping[str, Any]) -> Event:
    """The event that a record holds."""
    values: dict[str, Any] = {name: record[name] for name in _PLAIN}
    for name in _MONEY:
        values[name] = Money.from_dict(record[name]) if record[name] else None
    return Event(
        company=Party(**record["company"]),
        kind=Kind(record["kind"]),
        status=Status(record["status"]),
        status_dates={name: date.fromisoformat(day) for name, day in record["status_dates"].items()},
        announced_on=date.fromisoformat(record["announced_on"]),
        date_precision=DatePrecision(record["date_precision"]),
        leads=tuple(Party(**party) for party in record["leads"]),
        participants=tuple(Party(**party) for party in record["participants"]),
        application_types=dict(record["application_types"]),
        **values,
    )
