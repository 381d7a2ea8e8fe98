"""The API and the pages: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.options import StoreUrl, note, open_given_store, settings_with

Host = Annotated[str, typer.Option(help="Address to listen on.", envvar="ROUNDWATCH_API_HOST")]
Port = Annotated[int, typer.Option(help="Port to listen on.", envvar="ROUNDWATCH_API_PORT", min=1, max=65535)]


def serve(store: StoreUrl = None, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the API and the pages until Ctrl-C."""
    from tracker.serving import serve_store

    with open_given_store(store) as opened:
        settings = settings_with(store_url=store)
        serve_store(opened, settings, host, port, lambda address: note(f"serving {address} (Ctrl-C ends it)"))


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(serve)
