"""An alert as HTML, for mail: no script, no style sheet, no picture, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from api.alerts.body import AlertPart, SourcePart
from api.alerts.wording import Wording

# mail programs heed no style sheets, so that each element has its own
_PAGE = 'style="margin:0;padding:16px;font:15px/1.5 system-ui,sans-serif;color:#1c2430;max-width:640px"'
_TITLE = 'style="font-size:19px;line-height:1.3;margin:0 0 12px"'
_LABEL = 'align="left" style="padding:2px 16px 2px 0;vertical-align:top;font-weight:normal;color:#5b6472"'
_VALUE = 'style="padding:2px 0;vertical-align:top"'
_HEADING = 'style="margin:16px 0 4px;color:#5b6472"'
_ITEM = 'style="margin:0 0 8px"'
_QUIET = 'style="color:#5b6472"'


def render_html(part: AlertPart, values: Sequence[tuple[str, str]], words: Wording) -> str:
    """One alert: its title, its values as a table and its sources with their quotes."""
    rows = "".join(
        f'<tr><th scope="row" {_LABEL}>{escape(label)}</th><td {_VALUE}>{escape(value)}</td></tr>\n'
        for label, value in values
    )
    sources = "".join(_render_source(source, words) for source in (*part.sources, *part.more_sources))
    return (
        f'<h1 {_TITLE}><a href="{escape(part.event.url)}">{escape(part.title)}</a></h1>\n'
        f'<table role="presentation" cellspacing="0" cellpadding="0">\n{rows}</table>\n'
        f"<p {_HEADING}>{escape(words.labels['sources'])}</p>\n"
        f'<ul style="margin:0;padding-left:20px">\n{sources}</ul>\n'
    )


def _render_source(source: SourcePart, words: Wording) -> str:
    # only what a mail program may follow
    safe = source.url.startswith(("https://", "http://"))
    title = f'<a href="{escape(source.url)}">{escape(source.title)}</a>' if safe else escape(source.title)
    known = [text for text in (source.source, source.published_on and source.published_on.isoformat()) if text]
    told = f" <span {_QUIET}>{escape(' · '.join(known))}</span>" if known else ""
    quotes = " … ".join(f"{words.quotes[0]}{escape(q.quote)}{words.quotes[1]}" for q in source.quotes)
    return f"<li {_ITEM}>{title}{told}{f'<br><i>{quotes}</i>' if quotes else ''}</li>\n"


def wrap_html(body: str, language: str) -> str:
    """A whole document around one or more alerts."""
    tag = {"en": "en", "zh": "zh-CN"}[language]
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f'<!doctype html>\n<html lang="{tag}"><head>{head}</head>\n<body {_PAGE}>\n{body}</body></html>\n'
