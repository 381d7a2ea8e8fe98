"""Moving in and out: import, export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from tracker.commands.options import StoreUrl, note, open_given_store, settings_with

if TYPE_CHECKING:
    from storage.export import Days
    from tracker.moving.layout import Layout

Pairs = Annotated[list[str] | None, typer.Argument(help="Further columns, as --map has them.", metavar="FIELD=COLUMN")]
Map = Annotated[
    list[str] | None,
    typer.Option(help="Which column holds a field: company='Organization Name'.", metavar="FIELD=COLUMN"),
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=False)]


def import_file(
    file: Annotated[str, typer.Argument(help="JSON lines, CSV or Parquet; - is standard input.")],
    pairs: Pairs = None,
    map: Map = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="TOML file with columns, defaults and words of a table.", exists=True, dir_okay=False),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Id of the source of known rounds; the file's name where not given.")
    ] = None,
    trust: Annotated[
        float | None, typer.Option(help="How far it is trusted, 0 to 1; 0.5 where not given.", min=0, max=1)
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Take in articles, judgements, or known rounds of a database."""
    from tracker.court import build_judge
    from tracker.interchange import Complaints
    from tracker.moving.intake import take_in
    from tracker.progress import describe_counts

    layout = _build_layout(file, [*(map or ()), *(pairs or ())], mapping, source, trust)
    complain = Complaints()
    with open_given_store(store) as opened:
        judge = build_judge(opened, settings_with(), "import")
        note(f"import: {describe_counts(take_in(opened, file, layout, judge, complain))}")
        note("tracker extract and tracker merge read and file what is new")
    raise typer.Exit(complain.exit_status)


def _build_layout(file: str, pairs: list[str], mapping: Path | None, source: str | None, trust: float | None) -> Layout:
    from dataclasses import replace

    from tracker.moving.layout import Layout, load_layout, map_columns, name_source

    layout = load_layout(mapping) if mapping else Layout(source=name_source(file))
    layout = map_columns(layout, pairs)
    layout = replace(layout, source=source) if source is not None else layout
    return replace(layout, trust=trust) if trust is not None else layout


def export(
    what: Annotated[
        Literal["events", "articles", "judgements", "all"],
        typer.Argument(help="all: articles with what was read in them, and judgements, to move to another store."),
    ] = "events",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; standard output without.")] = None,
    format: Annotated[
        Literal["jsonl", "csv", "parquet"] | None, typer.Option(help="By the file's name where not given, else jsonl.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="2025-W04, 2025-W04..2025-W06, 2025-01.")] = None,
    since: Day = None,
    until: Day = None,
    as_of: Annotated[str | None, typer.Option(help="Events as they were known on that day or at that time.")] = None,
    store: StoreUrl = None,
) -> None:
    """Write events or articles as JSON lines, CSV or Parquet."""
    from api.reports.make import parse_moment
    from tracker.moving.outlet import Wanted, write_out

    form = format or {".csv": "csv", ".parquet": "parquet"}.get(output.suffix if output else "", "jsonl")
    wanted = Wanted(what, _read_days(period, since, until), parse_moment(as_of) if as_of else None)
    with open_given_store(store, create=False) as opened, _open(output) as out:
        note(f"{write_out(opened, wanted, form, out)} {'lines' if what == 'all' else what}")


def _read_days(period: str | None, since: datetime | None, until: datetime | None) -> Days:
    from domain.errors import BadInput
    from domain.period import parse_period
    from storage.export import Days

    first, last = since.date() if since else date.min, until.date() if until else date.max
    if period is not None:
        named = parse_period(period, today=date.today())
        first, last = max(first, named.first), min(last, named.last)
    if first > last:
        raise BadInput(f"{first}..{last}", "the first day comes after the last one")
    return Days(first, last)


@contextmanager
def _open(output: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that is there as a whole or not at all."""
    if output is None or str(output) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("import")(import_file)
    app.command()(export)
