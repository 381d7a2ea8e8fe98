"""What becomes of articles: they are kept in the store, each once."""

from __future__ import annotations

from scrapy.crawler import Crawler

from crawler.spiders.news import Found
from storage.store import Store


class KeepArticles:
    """Adds articles to the store and counts the new ones."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepArticles:
        """Builds it on the spider's own store."""
        return cls(crawler.spider.store)

    def process_item(self, item: Found) -> Found:
        """Keeps one article."""
        _, new = self._store.articles.add(item.article)
        item.tally.count("new" if new else "known")
        return item
