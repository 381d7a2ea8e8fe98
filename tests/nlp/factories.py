"""Articles to read, and what is expected of them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from domain.article import Article
from domain.event import Extraction
from nlp.extractor import Extractor, load_extractor

PUBLISHED = date(2025, 1, 22)


@cache
def extractor() -> Extractor:
    """One extractor for all tests: its weights are read once."""
    return load_extractor()


def article(title: str = "", text: str = "", **changed: Any) -> Article:
    """An article of 22 January 2025."""
    return Article(
        **{"url": "https://news.example/a", "title": title, "text": text, "published_on": PUBLISHED, **changed}
    )


def read(title: str = "", text: str = "", **changed: Any) -> list[Extraction]:
    """What the extractor reads in an article."""
    return extractor().extract(article(title, text, **changed))


def read_one(title: str = "", text: str = "", **changed: Any) -> Extraction:
    """The one event of an article."""
    found = read(title, text, **changed)
    assert len(found) == 1, found
    return found[0]
