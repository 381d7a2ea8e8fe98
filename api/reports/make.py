"""One door for the command and the API: the bytes of a report that is asked for.

python -m tracker report 2025-W04 --format docx  ─┐
GET /api/v1/weeks/2025-W04/report.docx           ─┴→ make_report ─→ the same bytes
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from api.reports.build import Request, build_report
from api.reports.formats import Format
from api.reports.house import House, load_house
from api.reports.model import Report
from api.reports.settings import ReportSettings, load_report_settings
from domain.errors import BadInput
from domain.period import Period
from storage.reporting import open_reporting
from storage.store import Store


def make_report(store: Store, request: Request, form: Format, settings: ReportSettings | None = None) -> bytes:
    """The report in that form, in the house style of the settings."""
    report, house = prepare_report(store, request, settings)
    return form.render(report, house)


def prepare_report(store: Store, request: Request, settings: ReportSettings | None = None) -> tuple[Report, House]:
    """The report before it is rendered, to render it in several forms, and the house that renders it."""
    settings = settings or load_report_settings()
    house = load_house(settings.report_style)
    return build_report(open_reporting(store), request, house=house, public_url=settings.public_url.rstrip("/")), house


def name_file(period: Period, language: str, form: Format) -> str:
    """The name of a report's file."""
    return f"roundwatch-{period}-{language}.{form.extension}"


def parse_moment(text: str) -> datetime:
    """Reads 2025-01-27 (the end of that day) or 2025-01-27T09:00+08:00; times without a zone are UTC."""
    text = text.strip()
    try:
        # the date alone, which datetime would read as its beginning
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(repr(text), "no day or time such as 2025-01-27 or 2025-01-27T09:00Z") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
