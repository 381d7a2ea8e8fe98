"""The whole road on a small world: demo."""

from __future__ import annotations

from typing import Annotated

import typer


def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the result until Ctrl-C, or stop after the table.")
    ] = True,
    port: Annotated[
        int | None,
        typer.Option(
            help="Port to serve on; 8000 or the next free one where not given.", min=1, max=65535, show_default=False
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", help="The database's URL; a fresh temporary one where not given.", show_default=False),
    ] = None,
) -> None:
    """Go the whole road on a small news world of our own."""
    from tracker.demo.run import run_demo

    if not run_demo(serve=serve, port=port, store_url=store):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(demo)
