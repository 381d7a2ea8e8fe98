"""Whether everything is in place: doctor."""

from __future__ import annotations

import typer

from tracker.commands.options import SourcesDir, StoreUrl


def doctor(store: StoreUrl = None, sources: SourcesDir = None) -> None:
    """Check settings, database, sources, extractor, channels and fonts."""
    from tracker.doctor import examine

    checks = examine(store, sources)
    for check in checks:
        print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<10} {check.detail}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(doctor)
