"""Tables as Excel workbooks; the library is loaded when the first one is asked for."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from api.forms.text import list_columns

_WIDTH = 18


def render_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One sheet with a filtered heading; texts stay texts, whatever they begin with."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Roundwatch")
        columns = list_columns(rows)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for place, name in enumerate(columns):
                value = row.get(name)
                if value is not None:
                    sheet.write(number, place, value)
        if columns:
            sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
            sheet.set_column(0, len(columns) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
