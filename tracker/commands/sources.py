"""What is crawled: sources, and under it check, add, backfill, read, import, export."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.options import SourcesDir, StoreUrl, note, open_given_store, settings_with, warn

if TYPE_CHECKING:
    from crawler.sources import Source

group = typer.Typer(
    help="The sources that a crawl asks, and how they are.", rich_markup_mode=None, add_completion=False
)

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of sources; all of them where none is given.")]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--into", help="Folder for the new files; ROUNDWATCH_SOURCES_DIR or the shipped one.", show_default=False
    ),
]


@group.callback(invoke_without_command=True)
def list_sources(context: typer.Context, folder: SourcesDir = None, store: StoreUrl = None) -> None:
    """List the sources that a crawl asks, with how they are."""
    if context.invoked_subcommand:
        return
    from datetime import UTC, datetime

    from tracker.console_table import print_table
    from tracker.source_table import COLUMNS, build_rows

    found = _load(folder)
    with open_given_store(store) as opened:
        print_table(COLUMNS, build_rows(found, opened, datetime.now(UTC)))


@group.command("check")
def check(
    ids: Ids = None,
    folder: SourcesDir = None,
    write: Annotated[bool, typer.Option(help="Write `verified` into the source files by what was found.")] = True,
) -> None:
    """Try every source for real, and write down which work."""
    from crawler.checking import check_sources
    from crawler.drafts import mark_verified
    from crawler.settings import load_crawl_settings
    from crawler.sources import SHIPPED, choose_sources
    from tracker.console_table import print_table

    chosen = choose_sources(_load(folder), ids or [])
    note(f"trying {len(chosen)} sources side by side")
    verdicts = check_sources(chosen, load_crawl_settings())
    rows = [
        [v.source_id, "works" if v.works else "FAILS", str(v.entries), v.sample, "; ".join(v.problems)]
        for v in verdicts
    ]
    print_table(["id", "verdict", "entries", "an article of it", "problems"], rows)
    if len(verdicts) > 1 and not any(verdict.works for verdict in verdicts):
        # that says more of this machine than of them
        warn(f"none of {len(verdicts)} sources works: is this machine on the network? No file was changed.")
    elif write:
        place = folder or settings_with().sources_dir or SHIPPED
        changed = [v.source_id for v in verdicts if mark_verified(place / f"{v.source_id}.toml", v.works)]
        note(f"{sum(v.works for v in verdicts)} of {len(verdicts)} sources work; {len(changed)} files changed")
    if not all(verdict.works for verdict in verdicts):
        raise typer.Exit(1)


@group.command("add")
def add(
    url: Annotated[str, typer.Argument(help="The outlet's front page, or a feed of it.")],
    folder: Folder = None,
    fixtures: Annotated[
        Path | None, typer.Option(help="Folder for a test fixture of what was read.", show_default=False)
    ] = None,
) -> None:
    """Write the source file of an outlet, and a test fixture."""
    from crawler.crawl import discover_source
    from crawler.drafts import render_source, write_source
    from crawler.fixtures import write_fixture
    from crawler.settings import load_crawl_settings
    from crawler.sources import load_sources
    from domain.errors import SourceError

    place = _choose_folder(folder)
    known = load_sources(place) if place.is_dir() else []
    source, fixture = discover_source(url, load_crawl_settings(), [source.id for source in known])
    if twin := next((other for other in known if {*other.addresses} & {*source.addresses}), None):
        raise SourceError(source.addresses[0][1], f"the source {twin.id} asks it already")
    file = write_source(source, place)
    note(f"{file}\n\n{render_source(source)}")
    # beside the tests where this is a checkout, else beside the sources
    beside = Path("tests/crawler/fixtures") if Path("tests/crawler").is_dir() else place / "fixtures"
    note(f"fixture: {write_fixture(fixtures or beside, source.id, fixture)}")
    note("Look at country, timezone, trust and cadence; docs/howto/add-a-source.md says what they mean.")


@group.command("backfill")
def backfill(
    ids: Annotated[list[str], typer.Argument(help="Ids of sources.")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; today where not given.")
    ] = None,
    budget: Annotated[int, typer.Option(help="The most pages to fetch of each source.", min=1)] = 1000,
    folder: SourcesDir = None,
    store: StoreUrl = None,
) -> None:
    """Fetch what sources published between two days."""
    from crawler.backfill import Span
    from crawler.crawl import crawl_sources
    from crawler.settings import load_crawl_settings
    from crawler.sources import choose_sources
    from tracker.progress import describe_counts

    span = Span(since.date(), (until or datetime.now()).date())
    chosen = [source.model_copy(update={"budget": budget}) for source in choose_sources(_load(folder), ids)]
    url = settings_with(store_url=store).store_url
    report = crawl_sources(chosen, url, load_crawl_settings(), (span.since, span.until))
    note(describe_counts(report.counts))
    for problem in report.problems:
        warn(problem)
    if report.problems:
        raise typer.Exit(1)


@group.command("read")
def read(
    files: Annotated[list[Path], typer.Argument(help="WARC files, mailboxes (mbox) and mails (.eml).")],
    folder: SourcesDir = None,
    store: StoreUrl = None,
) -> None:
    """Read articles from WARC files and mailboxes."""
    from crawler.filing import file_articles
    from tracker.progress import describe_counts

    sources = _load(folder)
    with open_given_store(store) as opened:
        report = file_articles(files, sources, opened)
    note(describe_counts(report.counts))
    for problem in report.problems:
        warn(problem)
    if report.problems:
        raise typer.Exit(1)


@group.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.", exists=True, dir_okay=False)],
    folder: Folder = None,
    language: Annotated[str, typer.Option(help="The language of feeds whose entry names none.")] = "en",
) -> None:
    """Write source files for the feeds of an OPML file."""
    from crawler.drafts import draft_from_outline, write_source
    from crawler.opml import parse_opml
    from crawler.sources import load_sources
    from domain.errors import SourceError

    place = _choose_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    known = load_sources(place)
    taken, feeds = {source.id for source in known}, {feed for source in known for feed in source.feeds}
    written, failed = 0, 0
    for outline in parse_opml(file.read_bytes(), str(file)):
        if outline.feed in feeds:
            continue
        try:
            source = draft_from_outline(outline, language, taken)
            write_source(source, place)
        except SourceError as error:
            warn(f"{outline.feed}: {error}")
            failed += 1
        else:
            taken.add(source.id)
            written += 1
    note(f"{written} source files written to {place}")
    if failed:
        raise typer.Exit(1)


@group.command("export")
def export_opml(folder: SourcesDir = None) -> None:
    """Print all feeds as OPML."""
    from crawler.opml import render_opml

    sys.stdout.write(render_opml(_load(folder)))


def _load(folder: Path | None) -> list[Source]:
    from crawler.sources import load_sources

    return load_sources(folder or settings_with().sources_dir)


def _choose_folder(folder: Path | None) -> Path:
    from crawler.sources import SHIPPED

    return folder or settings_with().sources_dir or SHIPPED


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.add_typer(group, name="sources")
