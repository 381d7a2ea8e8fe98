"""All events anew from what was read and judged: rebuild."""

from __future__ import annotations

import typer

from tracker.commands.options import StoreUrl, open_given_store


def rebuild(store: StoreUrl = None) -> None:
    """Recompute all events from extractions and judgements."""
    from tracker.progress import describe_counts
    from tracker.refiling import rebuild as rebuild_store

    with open_given_store(store, create=False) as opened:
        waiting = opened.extractions.count_unmerged()
        print(f"rebuild: {describe_counts(rebuild_store(opened))}")
        if waiting:
            print(f"{waiting} extractions wait to be merged first (tracker merge)")


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(rebuild)
