"""What is crawled: sources."""

from __future__ import annotations

import typer

from tracker.commands.options import SourcesDir, settings_with


def sources(folder: SourcesDir = None) -> None:
    """List the sources that a crawl would ask."""
    from crawler.sources import load_sources

    from tracker.console_table import print_table

    found = load_sources(folder or settings_with().sources_dir)
    rows = [[s.id, s.name, s.language, s.country or "", f"{s.trust:.2f}"] for s in found]
    print_table(["id", "name", "language", "country", "trust"], rows)


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(sources)
