"""The table as JSON: the printed cells by column, and the facts behind each row."""

from __future__ import annotations

import json
from typing import Any

from api.reports.model import COLUMNS, Line, Table
from domain.event import Event
from domain.money import Money


def render_json(table: Table) -> str:
    """Title, columns, rows and notes."""
    return json.dumps(describe_table(table), ensure_ascii=False, indent=2) + "\n"


def describe_table(table: Table) -> dict[str, Any]:
    """The table as plain JSON values."""
    return {
        "title": table.title,
        "language": table.language.value,
        "columns": [{"key": key, "title": title} for key, title in zip(COLUMNS, table.columns, strict=True)],
        "rows": [_describe_line(line) for line in table.lines],
        "notes": list(table.notes),
    }


def _describe_line(line: Line) -> dict[str, Any]:
    return {**dict(zip(COLUMNS, line.cells, strict=True)), "event": _describe_event(line.event)}


def _describe_event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "company": event.company.name,
        "kind": event.kind.value,
        "status": event.status.value,
        "round": event.round,
        "amount": _describe_money(event.amount),
        "amount_usd": event.amount_usd,
        "total_raised": _describe_money(event.total_raised),
        "valuation": _describe_money(event.valuation),
        "valuation_usd": event.valuation_usd,
        "announced_on": event.announced_on.isoformat(),
        "date_precision": event.date_precision.value,
        "week": str(event.week),
        "revision": event.revision,
    }


def _describe_money(money: Money | None) -> dict[str, Any] | None:
    return money.as_dict() if money else None
