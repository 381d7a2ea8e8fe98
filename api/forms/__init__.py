"""Listings in the forms that programs read: a module and a line for each.

rows (flat, plain values) ─→ CSV, NDJSON, XLSX, Parquet        events ─→ Atom, JSON Feed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.forms import parquet, text, xlsx

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of tables: its file extension, media type and how rows become bytes."""

    extension: str
    media_type: str
    render: Callable[[Sequence[Row]], bytes]


FORMS: Mapping[str, Form] = {
    form.extension: form
    for form in (
        Form("csv", "text/csv; charset=utf-8", text.render_csv),
        Form("ndjson", "application/x-ndjson", text.render_ndjson),
        Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.render_xlsx),
        Form("parquet", "application/vnd.apache.parquet", parquet.render_parquet),
    )
}
JSON = "application/json"
FEEDS: Mapping[str, str] = {"atom": "application/atom+xml", "feed.json": "application/feed+json"}


def media_type_of(extension: str) -> str:
    """The media type of a form or feed."""
    return FORMS[extension].media_type if extension in FORMS else FEEDS.get(extension, JSON)


def match_form(accept: str, known: Sequence[str]) -> str:
    """The extension that an Accept header prefers among those known; JSON where it names none of them."""
    best, weight = "json", 0.0
    for part in accept.split(",")[:20]:
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((_read_quality(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        found = next((name for name in ("json", *known) if media_type_of(name).split(";")[0] == media_type), None)
        if found is not None and quality > weight:
            best, weight = found, quality
    return best


def _read_quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
