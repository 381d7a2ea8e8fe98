"""Events and articles as rows of a table: what `export` writes as CSV and Parquet, and `import` takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from api.forms.rows import lay_event_flat
from domain.event import Event, Kind, Party, Status

# what stands between the names of investors in an exported table
SEPARATOR = "; "
# what only the store that an event comes from can say
_OWN = frozenset(("url", "revision"))
_ARTICLE = (
    "id", "url", "title", "text", "lang", "published", "published_at", "fetched_at", "author", "source",
)  # fmt: skip


_ANY = Event("", Party("", ""), Kind.EQUITY, Status.ANNOUNCED, date.min)


def list_columns(what: str) -> list[str]:
    """The columns of a table of events or articles, the same whatever is in it."""
    return list(lay_event(_ANY)) if what == "events" else list(_ARTICLE)


def lay_event(event: Event, urls: Iterable[str] = ()) -> dict[str, Any]:
    """An event as a row, with the addresses of the articles that tell it."""
    row = {name: value for name, value in lay_event_flat(event).items() if name not in _OWN}
    return row | {"article_urls": " ".join(urls)}


def lay_article(record: Mapping[str, Any]) -> dict[str, Any]:
    """An exported article as a row, without what was read in it."""
    return {name: record[name] for name in _ARTICLE} | {"source": (record["source"] or {}).get("id")}
