"""The stages as commands: crawl, extract, merge, alert, and run for all of them in turn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.commands.options import SourcesDir, StoreUrl, note, open_given_store, settings_with, warn


def crawl(store: StoreUrl = None, sources: SourcesDir = None) -> None:
    """Fetch what the sources have new and keep the articles."""
    _run(["crawl"], store, sources)


def extract(
    store: StoreUrl = None,
    input: Annotated[
        str | None,
        typer.Option("--input", "-i", help="Read articles from this JSONL file (- is standard input), not the store."),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", help="With --input: write events here (- is standard output).")
    ] = "-",
) -> None:
    """Read the stored articles that are pending, or a file of articles."""
    if input is None:
        _run(["extract"], store, None)
    else:
        from tracker.extract_file import extract_file

        raise typer.Exit(extract_file(input, output))


def merge(store: StoreUrl = None) -> None:
    """File what was read, each round once, and queue alerts."""
    _run(["merge"], store, None)


def run(
    store: StoreUrl = None,
    sources: SourcesDir = None,
    every: Annotated[
        str | None,
        typer.Option(help="Do it again and again: 90s, 15m, 2h, 1d.", metavar="INTERVAL", show_default=False),
    ] = None,
) -> None:
    """Crawl, extract, merge and alert, once or every so often."""
    names = ["crawl", "extract", "merge", "alert"]
    if every is None:
        _run(names, store, sources)
    else:
        _run_every(every, names, store, sources)


def alert(store: StoreUrl = None) -> None:
    """Deliver the alerts that are due."""
    _run(["alert"], store, None)


def _run(names: list[str], store_url: str | None, sources: Path | None) -> None:
    if not _turn(names, store_url, sources):
        raise typer.Exit(1)


def _run_every(every: str, names: list[str], store_url: str | None, sources: Path | None) -> None:
    from threading import Thread

    from tracker.alerts.deliver import deliver_until
    from tracker.schedule import parse_interval, repeat, stopped_by_signals

    interval = parse_interval(every)
    with open_given_store(store_url) as store, stopped_by_signals() as stop:
        # retries and digests fall due between two turns
        postman = Thread(target=deliver_until, args=(stop, store, settings_with(store_url=store_url)), daemon=True)
        postman.start()
        repeat(lambda: _turn(names, store_url, sources, keep_cadence=True), interval, stop)
        postman.join(timeout=30)
    note("stopped")


def _turn(names: list[str], store_url: str | None, sources: Path | None, *, keep_cadence: bool = False) -> bool:
    from tracker.cycle import Ground, run_stages
    from tracker.progress import build_progress

    settings = settings_with(store_url=store_url)
    with open_given_store(store_url) as store:
        # whoever crawls by hand wants it now; a schedule asks each source as often as its file says
        crawl_settings = {"keep_cadence": True} if keep_cadence else {}
        ground = Ground(store, settings, sources or settings.sources_dir, crawl_settings)
        return run_stages(names, ground, build_progress(), warn)


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    for command in (crawl, extract, merge, alert, run):
        app.command()(command)
