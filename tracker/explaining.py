"""Shows how an article was read, in the terminal and as a page."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.article import Article
from domain.errors import BadInput

if TYPE_CHECKING:
    from nlp.explain import Explanation

_COLOURS = {
    "company": "bold green",
    "lead_investor": "bold cyan",
    "investor": "cyan",
    "amount": "bold yellow",
    "valuation": "magenta",
    "total_raised": "blue",
    "round": "bold red",
}


def load_article(target: str, language: str | None) -> Article:
    """Reads a page of the web, a file with its markup, or plain text whose first line is the title."""
    if target.startswith(("http://", "https://")):
        return _parse(_fetch(target), target, language)
    path = Path(target)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(target, error.strerror or "cannot be read") from error
    if path.suffix.lower() in (".html", ".htm", ".xhtml"):
        return _parse(content, path.resolve().as_uri(), language)
    title, _, text = content.decode("utf-8", "replace").partition("\n")
    return Article(target, title.strip(), text.strip(), language)


def _fetch(url: str) -> bytes:
    import httpx

    try:
        answer = httpx.get(url, follow_redirects=True, timeout=20)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise BadInput(url, str(error) or type(error).__name__) from error
    return answer.content


def _parse(content: bytes, url: str, language: str | None) -> Article:
    from crawler.parse.pages import BadPage, parse_page

    try:
        page = parse_page(content, url)
    except BadPage as error:
        raise BadInput(url, str(error)) from error
    published = page.moment.on if page.moment else None
    return Article(url, page.title, page.text, language or page.language, published)


def print_explanation(found: Explanation, console: Console) -> None:
    """Prints the text with what the trained part marked, then each event with the reasons for its values."""
    if not found.worth_reading:
        told = "no word for money raised" if found.language else "neither English nor Chinese"
        console.print(f"not read: {told}")
        return
    console.print(_tell_gate(found))
    text = Text(found.article.body)
    for mark in found.marks:
        if mark.layer == "parties" and mark.label in _COLOURS:
            text.stylize(_COLOURS[mark.label], mark.start, mark.end)
    console.print(text)
    for number, (event, reasons) in enumerate(found.events, 1):
        title = f"{number}. {event.company[0]}: {event.status.value}, {event.kind.value}"
        table = Table(title=title, title_justify="left")
        for column in ("field", "quote", "why"):
            table.add_column(column)
        for reason in reasons:
            table.add_row(reason.evidence.field, reason.evidence.quote, "; ".join(reason.why))
        console.print(table)
    if not found.events:
        console.print("no event")


def _tell_gate(found: Explanation) -> str:
    told = f"the gate: {found.likely:.1%} likely to tell a round"
    return told if found.admitted else f"{told}, too little to be read closely"


def render_page(found: Explanation) -> str:
    """A page of its own: the text with the spans of each layer, and the events."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("tracker"), autoescape=True)
    return environment.get_template("explain.html").render(found=found, pieces=_cut(found))


def _cut(found: Explanation) -> list[tuple[str, list[str]]]:
    """The body in pieces, each with the labels that lie on it."""
    marks = [m for m in found.marks if m.layer in ("parties", "cues", "rules")]
    edges = sorted({0, len(found.article.body), *(m.start for m in marks), *(m.end for m in marks)})
    return [
        (found.article.body[a:b], sorted({f"{m.layer} {m.label}" for m in marks if m.start <= a and b <= m.end}))
        for a, b in pairwise(edges)
    ]
