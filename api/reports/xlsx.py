"""The report as an Excel workbook: figures are numbers and dates are dates, so that they can be sorted and added up.

The first sheet is the table, as printed and with the values behind it; each section has a sheet, so have the sources.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from api.reports.house import House, Phrases
from api.reports.model import Cell, Grid, Line, Report, Section, Value

_COUNT, _DAY, _SHARE = "#,##0", "yyyy-mm-dd", "+0%;-0%;0%"
# columns of dollars have a sign, since a round's own currency may be another; those of the first sheet say so in words
_USD = '"$"#,##0'
_DOLLARS = frozenset(("amount", "sum", "before"))
_FACTS = ("announced_on", "week", "kind", "status", "amount_usd", "valuation_usd", "total_raised_usd", "link")
# Excel cuts a sheet's name there, and takes none of these
_NAME_MOST, _NAME_NEVER = 31, str.maketrans(dict.fromkeys("[]:*?/\\'"))
_WIDEST = 60


def render_xlsx(report: Report, house: House) -> bytes:
    """The workbook; the same report gives the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        # the day of making would make other bytes of the same report
        book.set_properties(
            {"title": f"{report.title} {report.span}".strip(), "created": datetime(2000, 1, 1, tzinfo=UTC)}
        )
        writer = _Writer(book, report, house.phrases(report.language))
        writer.write_table()
        for section in report.sections:
            writer.write_section(section)
        writer.write_sources()
    return out.getvalue()


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, report: Report, phrases: Phrases) -> None:
        self._book, self._report, self._phrases = book, report, phrases
        font = {"font_name": "Noto Sans SC", "font_size": 10, "valign": "top"}
        self._head = book.add_format({**font, "bold": True, "bottom": 2, "top": 2, "text_wrap": True})
        self._title = book.add_format({**font, "bold": True, "font_size": 13})
        self._small = book.add_format({**font, "font_color": "#565C68", "font_size": 9})
        self._text = book.add_format({**font, "text_wrap": True})
        self._link = book.add_format({**font, "font_color": "#2B6C99", "underline": 1})
        self._forms = {form: book.add_format({**font, "num_format": form}) for form in (_COUNT, _DAY, _SHARE, _USD)}

    def write_table(self) -> None:
        """The funding table: as printed on the left, the values behind it on the right."""
        table, say = self._report.table, self._phrases.say
        columns = [*table.columns, *(say(f"grid.{key}") for key in _FACTS)]
        rows = [[*map(Cell, line.printed), *self._list_facts(line)] for line in table.lines]
        sheet = self._add_sheet(str(self._report.period or table.title))
        sheet.write(0, 0, table.title, self._title)
        end = self._write_rows(sheet, 2, columns, rows)
        # one row more than the heading, where there is no line: Excel takes no filter over a heading alone
        sheet.autofilter(2, 0, max(end - 1, 3), len(columns) - 1)
        sheet.freeze_panes(3, 1)
        for place, note in enumerate([*table.notes, *filter(None, [self._report.sources_line])]):
            sheet.write(end + 1 + place, 0, note, self._small)

    def _list_facts(self, line: Line) -> list[Cell]:
        event, words = line.event, self._phrases.words
        total = event.total_raised
        address = self._report.link(event)
        return [
            Cell("", event.announced_on),
            Cell(str(event.week)),
            Cell(words.kinds[event.kind.value]),
            Cell(words.statuses[event.status.value]),
            Cell("", event.amount_usd),
            Cell("", event.valuation_usd),
            Cell("", total.value if total and total.currency == "USD" else None),
            Cell(address, url=address),
        ]

    def write_section(self, section: Section) -> None:
        """A sheet of the section's sentences and grids, one below the other; charts are what their grids say."""
        if not section.grids and not any(not paragraph.quiet for paragraph in section.paragraphs):
            return
        sheet = self._add_sheet(section.title)
        sheet.write(0, 0, section.title, self._title)
        row = 1
        for paragraph in section.paragraphs:
            sheet.write_string(row, 0, paragraph.text, self._small)
            row += 1
        for grid in section.grids:
            row = self._write_grid(sheet, row + 1, grid)
        if len(section.grids) == 1:
            head = row - 1 - len(section.grids[0].rows)
            sheet.autofilter(head, 0, row - 1, len(section.grids[0].columns) - 1)
            sheet.freeze_panes(head + 1, 1)

    def _write_grid(self, sheet: Any, row: int, grid: Grid) -> int:
        if grid.title:
            sheet.write(row, 0, grid.title, self._title)
            row += 1
        return self._write_rows(sheet, row, grid.columns, grid.rows, grid.keys)

    def write_sources(self) -> None:
        """The articles that the rows rest on, linked."""
        if not self._report.sources:
            return
        say = self._phrases.say
        sheet = self._add_sheet(say("sections.sources"))
        columns = [say(f"grid.{key}") for key in ("source", "title", "published_on", "url")]
        rows = [
            [Cell(source.name), Cell(source.title), Cell("", source.published_on), Cell(source.url, url=source.url)]
            for source in self._report.sources
        ]
        end = self._write_rows(sheet, 0, columns, rows)
        sheet.autofilter(0, 0, end - 1, len(columns) - 1)
        sheet.freeze_panes(1, 0)

    def _add_sheet(self, name: str) -> Any:
        known = {sheet.get_name().casefold() for sheet in self._book.worksheets()}
        wanted = name.translate(_NAME_NEVER)[:_NAME_MOST] or "1"
        sheet = self._book.add_worksheet(wanted if wanted.casefold() not in known else f"{wanted[:28]} {len(known)}")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _write_rows(
        self,
        sheet: Any,
        start: int,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        keys: Sequence[str] = (),
    ) -> int:
        """Heading and rows; gives the row after them. `keys` name the columns, where figures have a unit."""
        forms = [self._forms[_find_form(key)] for key in keys] or [self._forms[_COUNT]] * len(columns)
        for place, title in enumerate(columns):
            sheet.write_string(start, place, title, self._head)
            widths = [_measure(title), *(_measure(_shown(row[place])) for row in rows)]
            sheet.set_column(place, place, min(_WIDEST, max(widths) + 2))
        for offset, row in enumerate(rows, start + 1):
            for place, cell in enumerate(row):
                self._write_cell(sheet, offset, place, cell, forms[place])
        return start + 1 + len(rows)

    def _write_cell(self, sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
        address = self._report.link(cell)
        if isinstance(cell.value, date):
            sheet.write_datetime(
                row, column, datetime(cell.value.year, cell.value.month, cell.value.day), self._forms[_DAY]
            )
        elif isinstance(cell.value, (int, float)):
            sheet.write_number(row, column, cell.value, form)
        elif address.startswith(("http://", "https://")) and cell.text:
            sheet.write_url(row, column, address, self._link, _clean(cell.text))
        elif cell.text:
            sheet.write_string(row, column, _clean(cell.text), self._text)
        else:
            # what is not known is empty, so that filters find it
            sheet.write_blank(row, column, None, self._text)


def _find_form(key: str) -> str:
    return _USD if key in _DOLLARS else _SHARE if key == "change" else _COUNT


def _clean(text: str) -> str:
    return " ".join(text.split())


def _shown(cell: Cell) -> Value:
    return cell.text or cell.value


def _measure(value: Value) -> float:
    text = f"{value:,.0f}" if isinstance(value, float) else str(value or "")
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
