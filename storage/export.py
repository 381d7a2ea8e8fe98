"""What the store holds as plain records, in an order that does not hang on how it came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.history import Mention
from domain.record import build_record
from storage.store import Store


def iter_records(store: Store) -> Iterator[dict[str, Any]]:
    """Yields every visible event by date and id, with the articles that tell it; how it came about is left out."""
    for event in store.events.iter_all():
        record = build_record(event)
        del record["revision"], record["merged_into"]
        mentions = sorted(store.events.mentions(event.id), key=lambda m: (str(m.published_on), m.url))
        yield record | {"week": str(event.week), "articles": [_describe(mention) for mention in mentions]}


def _describe(mention: Mention) -> dict[str, Any]:
    return {
        "url": mention.url,
        "title": mention.title,
        "source": mention.source_id,
        "published_on": mention.published_on and mention.published_on.isoformat(),
    }
