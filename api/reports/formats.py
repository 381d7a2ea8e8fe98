"""The forms a table is rendered in: a form is one module and one entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.reports.csv import render_csv
from api.reports.html import render_html
from api.reports.json import render_json
from api.reports.markdown import render_markdown
from api.reports.model import Table


@dataclass(frozen=True, slots=True)
class Format:
    """One form: its file extension, its media type and the function that renders it."""

    extension: str
    media_type: str
    render: Callable[[Table], str]


FORMATS: dict[str, Format] = {
    "json": Format("json", "application/json", render_json),
    "csv": Format("csv", "text/csv; charset=utf-8", render_csv),
    "markdown": Format("md", "text/markdown; charset=utf-8", render_markdown),
    "html": Format("html", "text/html; charset=utf-8", render_html),
}
BY_EXTENSION: dict[str, Format] = {form.extension: form for form in FORMATS.values()}
