"""The weekly report: report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tracker.commands.options import StoreUrl, note, open_given_store


class Language(StrEnum):
    """The languages a report is written in."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """The forms that a report is printed in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    MD = "md"
    CSV = "csv"
    JSON = "json"
    HTML = "html"
    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"


def report(
    period: Annotated[
        str,
        typer.Argument(
            help="A week (2025-W04, a date in it, `current`, or `latest`: with events), a range "
            "(2025-W04..2025-W06) or a month (2025-01)."
        ),
    ],
    lang: Annotated[Language, typer.Option(help="The language it is written in.")] = Language.EN,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print it.")] = Format.TEXT,
    every: Annotated[bool, typer.Option("--all", help="Write it in every form, into the folder of --output.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; - is standard output.", show_default=False),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="As it would have been then: a day (its end, UTC) or a time.", show_default=False),
    ] = None,
    min_usd: Annotated[
        float | None, typer.Option(min=0, help="The smallest amount listed.", show_default=False)
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="List so many of the largest.", show_default=False)] = None,
    kind: Annotated[list[str] | None, typer.Option(help="equity, debt, grant, commitment.", show_default=False)] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="rumoured, announced, closed, denied.", show_default=False)
    ] = None,
    round: Annotated[list[str] | None, typer.Option(help="seed, series-b …", show_default=False)] = None,
    sector: Annotated[list[str] | None, typer.Option(help="voice, robotics …", show_default=False)] = None,
    investor: Annotated[str | None, typer.Option(help="By any of its names.", show_default=False)] = None,
    text: Annotated[str | None, typer.Option(help="What a name has to hold.", show_default=False)] = None,
    store: StoreUrl = None,
) -> None:
    """Print the weekly report in any of its forms."""
    from datetime import UTC, datetime

    from api.reports.build import Request
    from api.reports.make import parse_moment
    from api.reports.select import Selection
    from tracker.reporting import find_period, read_period, write_all, write_report
    from tracker.selecting import read_kinds, read_rounds, read_sectors, read_statuses

    selection = Selection(
        min_usd=min_usd,
        top=top,
        kinds=read_kinds(kind or ()),
        statuses=read_statuses(status or ()),
        rounds=read_rounds(round or ()),
        sectors=read_sectors(sector or ()),
        investor=investor,
        text=text,
    )
    named = read_period(period, datetime.now(UTC).date())
    moment = parse_moment(as_of) if as_of else None
    with open_given_store(store, create=False) as opened:
        request = Request(find_period(opened, named), lang.value, selection, moment)
        if every:
            for path in write_all(opened, request, output or Path()):
                note(str(path))
            return
        written = write_report(opened, request, "markdown" if format is Format.MD else format.value, output)
        if written is not None:
            note(str(written))


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(report)
