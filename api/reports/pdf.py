"""The report as PDF, set by Typst from the template report.typ: no browser, and every glyph embedded.

The template reads report.json, which holds the report's texts and addresses, and the charts beside it as SVG.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from api.reports.charts.draw import render_svg
from api.reports.fonts import FAMILY, FOLDER, straighten
from api.reports.house import House
from api.reports.model import COLUMNS, Grid, Paragraph, Report, Section
from api.reports.widths import find_indented, weigh_columns, weigh_table

# what is right-aligned in the funding table
_FIGURES = frozenset(("amount", "total_raised", "valuation"))


def render_pdf(report: Report, house: House) -> bytes:
    """The PDF; the same report gives the same bytes."""
    files = {"main": house.template("report.typ").read_bytes(), "report.json": _dump(report, house)}
    for chart in report.charts:
        files[f"{chart.key}.svg"] = render_svg(chart).encode()
    return compile_typst(files, "pdf")


def compile_typst(files: dict[str, bytes], form: str, *, ppi: float | None = None) -> bytes:
    """What Typst makes of these files, of which `main` is the template; no date of the day gets in."""
    found: bytes = _load_compiler().compile(files, format=form, ppi=ppi, timestamp=0)
    return found


@cache
def _load_compiler() -> Any:
    """Typst with the report's own font; those of the machine would make other bytes of the same report."""
    import typst

    return typst.Compiler(font_paths=[str(FOLDER)], ignore_system_fonts=True)


def _dump(report: Report, house: House) -> bytes:
    return json.dumps(_straighten(_describe(report, house), report.language), ensure_ascii=False).encode()


def _straighten(value: Any, language: str) -> Any:
    match value:
        case str():
            return straighten(value, language)
        case list():
            return [_straighten(part, language) for part in value]
        case dict():
            return {key: _straighten(part, language) for key, part in value.items()}
    return value


def _describe(report: Report, house: House) -> dict[str, Any]:
    table, phrases = report.table, house.phrases(report.language)
    return {
        "language": report.language.value,
        "font": FAMILY,
        "title": report.title or table.title,
        "span": report.span,
        "page": phrases.raw("title.page"),
        "leading": [_describe_section(section, report) for section in report.leading],
        "following": [_describe_section(section, report) for section in report.following],
        "table": {
            "title": table.title,
            "columns": list(table.columns),
            "figures": [key in _FIGURES for key in COLUMNS],
            "indented": [False for _ in COLUMNS],
            "widths": list(weigh_table(table)),
            "rows": [
                [[cell, report.link(line.event) if not place else ""] for place, cell in enumerate(line.printed)]
                for line in table.lines
            ],
            "notes": [*table.notes, *([report.sources_line] if report.sources_line else [])],
        },
    }


def _describe_section(section: Section, report: Report) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "paragraphs": [_describe_paragraph(paragraph, report) for paragraph in section.paragraphs],
        "tables": [
            _describe_grid(grid, report) | {"widths": list(weights)}
            for grid, weights in zip(section.grids, weigh_columns(section.grids), strict=True)
        ],
        "charts": [
            {"file": f"{chart.key}.svg", "title": chart.title, "note": chart.note, "alt": chart.summary}
            for chart in section.charts
        ],
    }


def _describe_paragraph(paragraph: Paragraph, report: Report) -> dict[str, Any]:
    return {"text": paragraph.text, "link": report.link(paragraph), "quiet": paragraph.quiet}


def _describe_grid(grid: Grid, report: Report) -> dict[str, Any]:
    return {
        "title": grid.title,
        "columns": list(grid.columns),
        "figures": list(grid.figures),
        "indented": find_indented(grid.figures),
        "rows": [[[cell.text, report.link(cell)] for cell in row] for row in grid.rows],
    }
