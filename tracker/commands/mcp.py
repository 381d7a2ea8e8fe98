"""For assistants: mcp."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.options import StoreUrl, note, open_given_store, settings_with


def mcp(
    store: StoreUrl = None,
    http: Annotated[bool, typer.Option(help="Serve over HTTP at /mcp instead of standard input and output.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on, with --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on, with --http.", min=1, max=65535)] = 8765,
) -> None:
    """Answer questions of assistants, by the Model Context Protocol."""
    from api.mcp import build_mcp
    from tracker.indexing import indexing

    with open_given_store(store, create=False) as opened, indexing(opened):
        server = build_mcp(opened, settings_with(store_url=store).public_url)
        if not http:
            server.run("stdio")
            return
        from tracker.serving import check_port

        check_port(host, port)
        note(f"serving http://{host}:{port}/mcp (Ctrl-C ends it)")
        server.run("streamable-http", host=host, port=port, stateless_http=True)


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(mcp)
