"""The forms that a report is rendered in: a form is one module and one entry here, loaded when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from api.reports.house import House, load_house
from api.reports.model import Report, Table


@dataclass(frozen=True, slots=True)
class Format:
    """One form: its file extension, its media type, and the function (`module:name`) that renders it."""

    extension: str
    media_type: str
    renderer: str

    def render(self, report: Report, house: House | None = None) -> bytes:
        """The report in this form, the same bytes for the same report."""
        module, _, name = self.renderer.partition(":")
        renderer: Callable[[Report, House], str | bytes] = getattr(import_module(module), name)
        found = renderer(report, house or load_house())
        return found.encode() if isinstance(found, str) else found


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: dict[str, Format] = {
    "json": Format("json", "application/json", "api.reports.json:render_json"),
    "csv": Format("csv", "text/csv; charset=utf-8", "api.reports.csv:render_csv"),
    "markdown": Format("md", "text/markdown; charset=utf-8", "api.reports.markdown:render_markdown"),
    "html": Format("html", "text/html; charset=utf-8", "api.reports.html:render_html"),
    "xlsx": Format("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "api.reports.xlsx:render_xlsx"),
    "docx": Format("docx", f"{_OFFICE}.wordprocessingml.document", "api.reports.docx:render_docx"),
    "pdf": Format("pdf", "application/pdf", "api.reports.pdf:render_pdf"),
}
BY_EXTENSION: dict[str, Format] = {form.extension: form for form in FORMATS.values()}


def render_table(table: Table, form: str) -> str:
    """The table alone as text in one of the text forms."""
    return FORMATS[form].render(Report(table)).decode()
