"""Options that several commands share, and the way they all speak to standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storage.store import Store
    from tracker.settings import TrackerSettings

StoreUrl = Annotated[
    str | None,
    typer.Option("--store", help="The database's URL; ROUNDWATCH_STORE_URL where not given.", show_default=False),
]
SourcesDir = Annotated[
    Path | None,
    typer.Option("--sources", help="Folder of source files; the shipped one where not given.", show_default=False),
]


def warn(text: str) -> None:
    """Writes one line to standard error, without secrets."""
    from tracker.logs import redact

    print(f"tracker: {redact(' '.join(text.split()))}", file=sys.stderr)


def note(text: str) -> None:
    """Writes one line of progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def settings_with(**given: object) -> TrackerSettings:
    """The settings of this run: the environment, outranked by the options given."""
    from tracker.settings import load_settings

    return load_settings(**given)


def open_given_store(url: str | None, *, create: bool = True) -> Store:
    """Opens the store of the option or the environment; StoreError names it where it cannot be opened."""
    from storage.store import open_store

    return open_store(settings_with(store_url=url).store_url, create=create)
