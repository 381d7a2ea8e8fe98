"""Fills a store by the real road: article, extraction, filing."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from domain.article import Article
from domain.event import Extraction
from storage.store import Store
from tests.domain.days import NOW
from tests.domain.factories import deal
from tracker.stages import merge

_numbers = itertools.count(1)


def article(**fields: Any) -> Article:
    """An article that differs from every other one."""
    number = next(_numbers)
    defaults = {
        "url": f"https://news.example/{number}",
        "title": f"Report {number}",
        "text": f"Story number {number}.",
        "language": "en",
        "published_on": date(2025, 1, 22),
        "fetched_at": NOW,
        "source_id": "harbour",
    }
    return Article(**{**defaults, **fields})


def tell(
    store: Store, *told: Extraction, on: str | date | None = "2025-01-22", version: str = "1", **fields: Any
) -> int:
    """Keeps an article with what was read in it, not yet filed; gives the article's id."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    article_id, _ = store.articles.add(article(published_on=day, **fields))
    store.extractions.replace(article_id, version, told)
    return article_id


def file(store: Store, told: Extraction | None = None, on: str | date = "2025-01-22", **fields: Any) -> str:
    """Files one deal told by an article of its own, and gives the event’s id; fields are those of deal or article."""
    article_id = tell(store, told, on=on, **fields) if told else tell(store, deal(**fields), on=on)
    merge(store, now=NOW)
    return store.events.ids_of_article(article_id)[0]
