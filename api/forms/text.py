"""Tables as text: CSV (RFC 4180) and a JSON object a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

# a spreadsheet would run what begins like this; names come from web pages
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def list_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of all columns, in the order in which they come up."""
    names: dict[str, None] = {}
    last: object = None
    for row in rows:
        # most rows have the columns of the one before
        if (keys := row.keys()) != last:
            names |= dict.fromkeys(keys)
            last = keys
    return list(names)


def render_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A line of names and a line a row; an apostrophe makes text of what a spreadsheet would take for a formula."""
    columns = list_columns(rows)
    return render_lines([columns, *([row.get(name) for name in columns] for row in rows)]).encode()


def render_lines(rows: Iterable[Iterable[Any]]) -> str:
    """Lines of a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(map(defuse, row) for row in rows)
    return out.getvalue()


def defuse(cell: Any) -> Any:
    """The cell, where it is a text that begins like a formula with an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def render_ndjson(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A JSON object a line."""
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
