"""The table as CSV (RFC 4180, UTF-8 without a byte order mark)."""

from __future__ import annotations

import csv
import io

from api.reports.house import House
from api.reports.model import Report

# a spreadsheet would run what begins like this; names come from web pages
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(report: Report, house: House) -> str:
    """The columns and rows as printed; an apostrophe makes text of what a spreadsheet would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(report.table.columns)
    writer.writerows([_defuse(" ".join(cell.split())) for cell in row] for row in report.table.rows)
    return out.getvalue()


def _defuse(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
