"""The funding table of a week: report."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tracker.commands.options import StoreUrl, open_given_store


class Language(StrEnum):
    """The languages a report is written in."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """The forms that a report is printed in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


def report(
    week: Annotated[
        str, typer.Argument(help="An ISO week such as 2025-W04, a date in it, `current`, or `latest`: with events.")
    ],
    lang: Annotated[Language, typer.Option(help="The language of headings and amounts.")] = Language.EN,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print it.")] = Format.TEXT,
    store: StoreUrl = None,
) -> None:
    """Print the funding table of one ISO week."""
    from datetime import UTC, datetime

    from domain.week import parse_week
    from tracker.reporting import find_latest_week, print_report

    found = None if week.lower() == "latest" else parse_week(week, today=datetime.now(UTC).date())
    with open_given_store(store, create=False) as opened:
        print_report(opened, found or find_latest_week(opened), lang.value, format.value)


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(report)
