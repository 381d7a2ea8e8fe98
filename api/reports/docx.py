"""The report as a Word file, from the docxtpl template report.docx: charts as sharp pictures, the font embedded."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from api.reports.charts.draw import render_svg
from api.reports.charts.model import Chart
from api.reports.docx_fonts import pack_document
from api.reports.fonts import straighten
from api.reports.house import House
from api.reports.model import Grid, Report, Section, Table
from api.reports.pdf import compile_typst
from api.reports.widths import find_indented, weigh_columns, weigh_table
from api.reports.words import Language

_CHART_WIDTH_CM = 17.4
_TABLE_WIDTH_CM = 17.6
# tables of so many rows are not broken over pages
_MOST_TOGETHER = 13
_INDENT_PT = 9
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
# twice what a printer of the house resolves in text
_CHART_PPI = 220
_LINK_COLOUR = "2B6C99"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def render_docx(report: Report, house: House) -> bytes:
    """The Word file; the same report gives the same bytes."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(house.template("report.docx"))
    template.render(_describe(report, template), autoescape=True)
    document = template.docx
    _shape_table(document, report.table)
    _shape_grids(document, report.sections)
    _straighten(document, report.language)
    _describe_pictures(document, report.charts)
    properties = document.core_properties
    properties.title, properties.created, properties.modified = f"{report.title} {report.span}".strip(), _MADE, _MADE
    out = io.BytesIO()
    document.save(out)
    return pack_document(out.getvalue(), _list_texts(report))


def _describe(report: Report, template: Any) -> dict[str, Any]:
    table = report.table
    return {
        "report": {"title": report.title or table.title, "span": report.span, "language": report.language.value},
        "leading": [_describe_section(section, report, template) for section in report.leading],
        "following": [_describe_section(section, report, template) for section in report.following],
        "table": {
            "title": table.title,
            "columns": table.columns,
            "rows": [
                (_link(line.printed[0], report.link(line.event), template), *line.printed[1:]) for line in table.lines
            ],
            "notes": [*table.notes, *filter(None, [report.sources_line])],
        },
    }


def _describe_section(section: Section, report: Report, template: Any) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "paragraphs": [
            {
                "text": paragraph.text,
                "quiet": paragraph.quiet,
                "rich": _link(paragraph.text, report.link(paragraph), template, size=None),
            }
            for paragraph in section.paragraphs
        ],
        "grids": [
            {
                "title": grid.title,
                "columns": grid.columns,
                "rows": [[_link(cell.text, report.link(cell), template) for cell in row] for row in grid.rows],
            }
            for grid in section.grids
        ],
        "charts": [_describe_chart(chart, template) for chart in section.charts],
    }


def _link(text: str, address: str, template: Any, size: int | None = 16) -> Any:
    """The text, linked where there is an address; sizes are in half points; sentences keep theirs."""
    from docxtpl import RichText

    clean = " ".join(text.split())
    if not address.startswith(("http://", "https://")):
        return RichText(clean, size=size)
    return RichText(clean, size=size, color=_LINK_COLOUR if size else None, url_id=template.build_url_id(address))


def _describe_chart(chart: Chart, template: Any) -> dict[str, Any]:
    from docx.shared import Cm
    from docxtpl import InlineImage

    picture = io.BytesIO(render_png(chart))
    return {
        "title": chart.title,
        "note": chart.note,
        "image": InlineImage(template, picture, width=Cm(_CHART_WIDTH_CM)),
    }


def render_png(chart: Chart, ppi: float = _CHART_PPI) -> bytes:
    """The chart as a picture, drawn from the same SVG that pages show."""
    page = b'#set page(width: 480pt, height: auto, margin: 0pt, fill: white)\n#image("chart.svg", width: 100%)'
    return compile_typst({"main": page, "chart.svg": render_svg(chart).encode()}, "png", ppi=ppi)


def _shape_table(document: Any, shown: Table) -> None:
    """Gives the funding table's columns the room that they need, where the template has all seven."""
    for table in document.tables:
        if table.rows and [cell.text for cell in table.rows[0].cells] == list(shown.columns):
            _set_widths(table, weigh_table(shown))


def _shape_grids(document: Any, sections: Iterable[Section]) -> None:
    """Gives each grid its columns: a template cannot know what will stand in them."""
    waiting = [
        (grid, weights)
        for section in sections
        for grid, weights in zip(section.grids, weigh_columns(section.grids), strict=True)
    ]
    for table in document.tables:
        heads = [cell.text for cell in table.rows[0].cells] if table.rows else []
        found = next((pair for pair in waiting if list(pair[0].columns) == heads), None)
        if found is not None:
            waiting.remove(found)
            _shape(table, *found)


def _shape(table: Any, grid: Grid, weights: Sequence[float]) -> None:
    """Sets columns as wide as what is in them asks for, figures to the right, and keeps a small table on one page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    _set_widths(table, weights)
    last = len(table.rows) - 1
    for place, row in enumerate(table.rows):
        for cell, right, indented in zip(row.cells, grid.figures, find_indented(grid.figures), strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.keep_with_next = place < last < _MOST_TOGETHER
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            elif indented:
                paragraph.paragraph_format.left_indent = Pt(_INDENT_PT)


def _set_widths(table: Any, weights: Sequence[float]) -> None:
    """Sets the columns of a table as wide as the page, in these proportions."""
    from docx.shared import Cm

    table.autofit = False
    widths = [Cm(_TABLE_WIDTH_CM * weight / sum(weights)) for weight in weights]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    # the elements themselves: their proxies take a tenth of a second more for 200 rows
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width


def _straighten(document: Any, language: Language) -> None:
    for node in document.element.body.iter(_TEXT):
        node.text = straighten(node.text or "", language)


def _describe_pictures(document: Any, charts: Iterator[Chart]) -> None:
    """Gives each chart's picture its data in words."""
    for shape, chart in zip(document.inline_shapes, charts, strict=False):
        properties: Mapping[str, str] = shape._inline.docPr
        properties.set("descr", f"{chart.title}: {chart.summary}")  # type: ignore[attr-defined]


def _list_texts(report: Report) -> Iterator[str]:
    """All that is written, for the glyphs that the file has to bring along."""
    yield from (report.title, report.span, report.table.title, report.sources_line, *report.table.notes)
    yield from report.table.columns
    for row in report.table.rows:
        yield from row
    for section in report.sections:
        yield section.title
        yield from (paragraph.text for paragraph in section.paragraphs)
        for grid in section.grids:
            yield from (grid.title, *grid.columns, *(cell.text for row in grid.rows for cell in row))
        yield from (text for chart in section.charts for text in (chart.title, chart.note))
