"""Commands on files of articles, without the store: resolve (extract with --input stands among the stages)."""

from __future__ import annotations

from typing import Annotated

import typer


def resolve(
    input: Annotated[str, typer.Option("--input", "-i", help="JSONL file of articles; - is standard input.")] = "-",
    output: Annotated[str, typer.Option("--output", "-o", help="JSONL file of event ids; - is standard output.")] = "-",
) -> None:
    """Say which documents tell the same round, in a throw-away store."""
    from tracker.resolve import resolve_file

    raise typer.Exit(resolve_file(input, output))


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(resolve)
