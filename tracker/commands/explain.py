"""How an article was read: explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explain(
    target: Annotated[str, typer.Argument(help="A page's URL, an HTML file, or text whose first line is the title.")],
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with all marks to this file.", show_default=False)
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="en or zh; told by the script where not given.")] = None,
) -> None:
    """Show how an article was read, and why each value was chosen."""
    from rich.console import Console

    from nlp.explain import explain as explain_article
    from tracker.explaining import load_article, print_explanation, render_page

    found = explain_article(load_article(target, lang))
    print_explanation(found, Console())
    if html is not None:
        html.write_text(render_page(found), encoding="utf-8")


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(explain)
