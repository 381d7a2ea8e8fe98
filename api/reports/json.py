"""The report as JSON: the table's printed cells with the facts behind each row, and the sections around it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from api.reports.charts.model import Chart
from api.reports.house import House
from api.reports.model import COLUMNS, Cell, Grid, Line, Paragraph, Report, Section, Source, Table
from domain.event import Event
from domain.money import Money


def render_json(report: Report, house: House) -> str:
    """Everything that the report says, and the values behind it."""
    return json.dumps(describe_report(report), ensure_ascii=False, indent=2) + "\n"


def describe_report(report: Report) -> dict[str, Any]:
    """The report as plain JSON values."""
    return {
        **describe_table(report.table),
        "period": str(report.period) if report.period else None,
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "sources_line": report.sources_line,
        "sections": [_describe_section(section) for section in report.sections],
        "sources": [_describe_source(source) for source in report.sources],
    }


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


def _describe_section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "paragraphs": [_describe_paragraph(paragraph) for paragraph in section.paragraphs],
        "tables": [_describe_grid(grid) for grid in section.grids],
        "charts": [_describe_chart(chart) for chart in section.charts],
    }


def _describe_paragraph(paragraph: Paragraph) -> dict[str, Any]:
    return {"text": paragraph.text, "event": paragraph.event_id, "url": paragraph.url}


def _describe_grid(grid: Grid) -> dict[str, Any]:
    return {
        "key": grid.key,
        "title": grid.title,
        "columns": [{"key": key, "title": title} for key, title in zip(grid.keys, grid.columns, strict=True)],
        "rows": [dict(zip(grid.keys, map(_describe_cell, row), strict=True)) for row in grid.rows],
    }


def _describe_cell(cell: Cell) -> dict[str, Any]:
    value = cell.value.isoformat() if isinstance(cell.value, date) else cell.value
    return {"text": cell.text, "value": value, "event": cell.event_id, "url": cell.url}


def _describe_chart(chart: Chart) -> dict[str, Any]:
    return {
        "key": chart.key,
        "title": chart.title,
        "series": [
            {
                "label": series.label,
                "points": [
                    {"label": point.label, "value": point.value, "text": point.text, "event": point.event_id}
                    for point in series.points
                ],
            }
            for series in chart.series
        ],
    }


def _describe_source(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
        "url": source.url,
        "published_on": source.published_on.isoformat() if source.published_on else None,
        "events": list(source.event_ids),
    }
