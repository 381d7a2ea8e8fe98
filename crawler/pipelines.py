"""What becomes of articles: they are kept in the store, a few at a time."""

from __future__ import annotations

from scrapy.crawler import Crawler
from twisted.internet.task import LoopingCall

from crawler.ledger import Found, Ledger

# a commit costs as much as several articles; what a kill takes from a batch is still pending in the frontier
_BATCH = 50
_SECONDS = 1.0


class KeepArticles:
    """Gathers articles into batches and gives them to the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._batch: list[Found] = []
        self._timer = LoopingCall(self._flush)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepArticles:
        """Builds it on the spider's ledger."""
        return cls(crawler.spider.ledger)

    def open_spider(self) -> None:
        """Starts the timer that keeps what no full batch came of."""
        self._timer.start(_SECONDS, now=False)

    def close_spider(self) -> None:
        """Keeps the rest."""
        self._timer.stop()
        self._flush()

    def process_item(self, item: Found) -> Found:
        """Takes one article."""
        self._batch.append(item)
        if len(self._batch) >= _BATCH:
            self._flush()
        return item

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            self._ledger.keep(batch)
