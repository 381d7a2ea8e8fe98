"""An alert as HTML, for mail: no script, no style sheet, no picture, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from api.alerts.body import AlertPart, SourcePart
from api.alerts.wording import Wording

_CELL = 'style="padding:2px 12px 2px 0;vertical-align:top"'


def render_html(part: AlertPart, values: Sequence[tuple[str, str]], words: Wording) -> str:
    """One alert: its title, its values as a table and its sources with their quotes."""
    rows = "".join(
        f"<tr><th align='left' {_CELL}>{escape(label)}</th><td {_CELL}>{escape(value)}</td></tr>"
        for label, value in values
    )
    sources = "".join(_render_source(source, words) for source in (*part.sources, *part.more_sources))
    return (
        f'<h2><a href="{escape(part.event.url)}">{escape(part.title)}</a></h2>\n<table>{rows}</table>\n'
        f"<p>{escape(words.labels['sources'])}</p>\n<ul>{sources}</ul>\n"
    )


def _render_source(source: SourcePart, words: Wording) -> str:
    quotes = " … ".join(f"{words.quotes[0]}{escape(q.quote)}{words.quotes[1]}" for q in source.quotes)
    # only what a mail program may follow
    safe = source.url.startswith(("https://", "http://"))
    title = f'<a href="{escape(source.url)}">{escape(source.title)}</a>' if safe else escape(source.title)
    return f"<li>{title}{f'<br>{quotes}' if quotes else ''}</li>"


def wrap_html(body: str, language: str) -> str:
    """A whole document around one or more alerts."""
    tag = {"en": "en", "zh": "zh-CN"}[language]
    return f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8"></head>\n<body>\n{body}</body></html>\n'
