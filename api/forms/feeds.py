"""Feeds of events: Atom (RFC 4287) and JSON Feed 1.1, an entry an event, its address for ever the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from xml.sax.saxutils import escape, quoteattr

import orjson

from api.reports.amounts import render_amount, render_round
from api.reports.words import Language, load_words
from domain.event import Event

Times = Mapping[str, datetime]


def render_feed(
    extension: str, events: Sequence[Event], times: Times, address: str, base: str, language: Language
) -> bytes:
    """The feed of these events, updated at these times, at an address of a server."""
    render = _render_atom if extension == "atom" else _render_json_feed
    return render(events, times, address, base, language)


def _title(event: Event, language: Language) -> str:
    words = load_words(language)
    amount = render_amount(event.amount, event.kind, language) if event.amount else words.undisclosed
    parts = [event.company.in_language(language), render_round(event.round, language) if event.round else "", amount]
    return " · ".join(part for part in (*parts, words.statuses[event.status.value]) if part)


def _summary(event: Event, language: Language) -> str:
    words = load_words(language)
    parties = {"lead_investors": event.leads, "investors": event.participants}
    lines = [
        f"{words.fields[field]}: {words.join([party.in_language(language) for party in named])}"
        for field, named in parties.items()
        if named
    ]
    return "; ".join([*lines, f"{event.week}, {event.announced_on}"])


def _published(event: Event) -> str:
    return _write(datetime.combine(event.announced_on, time(), UTC))


def _updated(event: Event, times: Times) -> str:
    return _write(times[event.id]) if event.id in times else _published(event)


def _write(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _render_atom(events: Sequence[Event], times: Times, address: str, base: str, language: Language) -> bytes:
    newest = max((_updated(event, times) for event in events), default="1970-01-01T00:00:00Z")
    entries = "".join(
        f"<entry><id>{escape(base)}/events/{event.id}</id><title>{escape(_title(event, language))}</title>"
        f"<link href={quoteattr(f'{base}/events/{event.id}')}/><updated>{_updated(event, times)}</updated>"
        f"<published>{_published(event)}</published><category term={quoteattr(event.kind.value)}/>"
        f"<summary>{escape(_summary(event, language))}</summary></entry>\n"
        for event in events
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(address)}</id><title>Roundwatch</title><updated>{newest}</updated>"
        f'<author><name>Roundwatch</name></author><link rel="self" href={quoteattr(address)}/>\n'
        f"{_drop_controls(entries)}</feed>\n"
    ).encode()


def _drop_controls(text: str) -> str:
    return "".join(c for c in text if c >= " " or c in "\n\t")


def _render_json_feed(events: Sequence[Event], times: Times, address: str, base: str, language: Language) -> bytes:
    items = [
        {
            "id": f"{base}/events/{event.id}",
            "url": f"{base}/events/{event.id}",
            "title": _title(event, language),
            "content_text": _summary(event, language),
            "date_published": _published(event),
            "date_modified": _updated(event, times),
            "tags": [tag for tag in (event.kind.value, event.status.value, event.round, event.sector) if tag],
        }
        for event in events
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Roundwatch",
        "home_page_url": base,
        "feed_url": address,
        "items": items,
    }
    return orjson.dumps(feed)
