"""Makes reports as the command does, and the golden files: python -m tests.reports.making writes them anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.reports.build import Request
from api.reports.formats import BY_EXTENSION
from api.reports.make import make_report, prepare_report
from api.reports.model import Report
from api.reports.settings import ReportSettings
from domain.period import parse_period
from storage.store import Store

GOLDEN = Path(__file__).parent / "golden"
WEEKS, LANGUAGES, FORMS = ("2025-W03", "2025-W04"), ("zh", "en"), ("md", "csv", "json")
SETTINGS = ReportSettings(public_url="https://rounds.example")


def make(store: Store, period: str, language: str, extension: str, **asked: Any) -> bytes:
    request = Request(parse_period(period), language, **asked)
    return make_report(store, request, BY_EXTENSION[extension], SETTINGS)


def build(store: Store, period: str = "2025-W04", language: str = "en", **asked: Any) -> Report:
    return prepare_report(store, Request(parse_period(period), language, **asked), SETTINGS)[0]


def find_section(report: Report, key: str) -> Any:
    return next(section for section in report.sections if section.key == key)


def write_golden() -> None:
    from tests.reports.world import open_world

    GOLDEN.mkdir(exist_ok=True)
    with open_world() as store:
        for week in WEEKS:
            for language in LANGUAGES:
                for form in FORMS:
                    (GOLDEN / f"{week}-{language}.{form}").write_bytes(make(store, week, language, form))


if __name__ == "__main__":
    write_golden()
