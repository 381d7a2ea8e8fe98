"""Prints reports: to standard output, into a file, or in every form into a folder."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import NotFound, StoreError
from domain.period import Period, Span, parse_period, period_of
from domain.week import Week
from tracker.console_table import print_table

if TYPE_CHECKING:
    from api.reports.build import Request
    from storage.store import Store

_TITLES = {"zh": "{period} AI 融资表（{first} 至 {last}）", "en": "AI funding table {period} ({first} to {last})"}
_BINARY = frozenset(("xlsx", "docx", "pdf"))


def read_period(text: str, today: date) -> Period | None:
    """The period that a text names; None for `latest`, which the store has to tell."""
    return None if text.strip().lower() == "latest" else parse_period(text, today=today)


def find_period(store: Store, period: Period | None) -> Period:
    """The period, or the last week that has events where none is given; NotFound where it has none."""
    if period is None:
        return period_of(find_latest_week(store))
    weeks = [summary.week for summary in store.events.weeks()]
    if not any(period.first <= week.sunday and week.monday <= period.last for week in weeks):
        raise NotFound(str(period), _describe_gap(store, period))
    return period


def print_report(store: Store, week: Week, language: str, form: str) -> None:
    """Prints the report of a week to standard output; NotFound where nothing is stored for that week."""
    from api.reports.build import Request

    write_report(store, Request(find_period(store, period_of(week)), language), form)


def write_report(store: Store, request: Request, form: str, output: Path | None = None) -> Path | None:
    """Writes the report to standard output, or into a file: the one given, or one of its own where bytes are no text
    and standard output is a terminal. Gives the file's path where there is one.
    """
    from api.reports.formats import FORMATS
    from api.reports.make import make_report, name_file

    if form == "text":
        _print_text(store, request)
        return None
    body = make_report(store, request, FORMATS[form])
    if output is None and form in _BINARY and sys.stdout.isatty():
        output = Path(name_file(request.period, request.language, FORMATS[form]))
    if output is None or str(output) == "-":
        _print_bytes(body)
        return None
    _write(output, body)
    return output


def write_all(store: Store, request: Request, folder: Path) -> list[Path]:
    """Writes the report in every form into the folder; gives the files."""
    from api.reports.formats import FORMATS
    from api.reports.make import name_file, prepare_report

    report, house = prepare_report(store, request)
    written = []
    for form in FORMATS.values():
        path = folder / name_file(request.period, request.language, form)
        _write(path, form.render(report, house))
        written.append(path)
    return written


def _print_text(store: Store, request: Request) -> None:
    from api.reports.make import prepare_report

    report, _ = prepare_report(store, request)
    print_table(report.table.columns, report.table.rows, title=build_title(request.period, request.language))


def _print_bytes(body: bytes) -> None:
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(body.decode())
        return
    binary.write(body)
    binary.flush()


def _write(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise StoreError(str(path), f"cannot be written: {error.strerror}") from error


def find_latest_week(store: Store) -> Week:
    """The last week that has events; NotFound where there is none."""
    weeks = [summary.week for summary in store.events.weeks()]
    if not weeks:
        raise NotFound("latest", _describe_gap(store))
    return max(weeks)


def build_title(period: Period, language: str) -> str:
    """The heading of a period's table."""
    return _TITLES[language].format(period=period, first=period.first, last=period.last)


def _describe_gap(store: Store, period: Period | None = None) -> str:
    weeks = sorted(summary.week for summary in store.events.weeks())
    if not weeks:
        return "no funding event is stored, in this week or any other"
    what = {Span.MONTH: "this month", Span.WEEKS: "these weeks"}.get(period.span if period else Span.WEEK, "this week")
    return f"no funding event is stored for {what}; the store has {weeks[0]} to {weeks[-1]}"
