"""Runs the spider in this process, once: Twisted's reactor does not start again."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.cadence import find_due
from crawler.expectations import check_reading, check_silence
from crawler.ledger import Ledger
from crawler.parse.urls import get_host
from crawler.reading import Reading
from crawler.report import CrawlReport
from crawler.settings import CrawlSettings, build_settings
from crawler.sources import Source
from crawler.spiders.news import NewsSpider
from storage.store import Store


def crawl_here(
    sources: Sequence[Source],
    store: Store,
    options: CrawlSettings,
    *,
    log_level: str = "WARNING",
    attended: bool = False,
) -> CrawlReport:
    """Crawls into the store and gives the report; `attended` stops it at the end of standard input."""
    store.sources.sync(sources)
    ledger = Ledger(store, sources)
    sources = find_due(sources, ledger, datetime.now(UTC), keep_cadence=options.keep_cadence)
    reading = Reading(options.read_timeout)
    try:
        reason = _run_spider(sources, ledger, reading, options, log_level, attended)
    finally:
        reading.close()
    now = datetime.now(UTC)
    for source in sources:
        check_reading(source, ledger.tallies[source.id])
        check_silence(source, store, now)
    return CrawlReport.gather(ledger.tallies.values(), _explain(reason, options))


def _run_spider(
    sources: Sequence[Source],
    ledger: Ledger,
    reading: Reading,
    options: CrawlSettings,
    log_level: str,
    attended: bool,
) -> str:
    """Runs the spider to its end and gives the reason of that."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update(build_settings(options, _find_delays(sources)), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    _configure_logging(log_level)
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, sources=sources, ledger=ledger, reading=reading)
    if attended:
        _stop_when_alone(crawler)
    # what is there now stays to the end: the collector need not look at it again and again
    gc.collect()
    gc.freeze()
    process.start()
    return str(crawler.stats.get_value("finish_reason") or "failed")


def _find_delays(sources: Iterable[Source]) -> dict[str, float]:
    return {get_host(url): source.delay for source in sources if source.delay for _, url in source.addresses}


def _stop_when_alone(crawler: Crawler) -> None:
    from twisted.internet import reactor

    def wait() -> None:
        sys.stdin.read()
        reactor.callFromThread(crawler.stop)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _explain(reason: str, options: CrawlSettings) -> str | None:
    if reason == "finished":
        return None
    if reason == "closespider_timeout":
        return f"crawl: stopped after {options.max_seconds:g} s; the next one goes on from here"
    return f"crawl: stopped before its end ({reason}); the next one goes on from here"


def _configure_logging(level: str) -> None:
    """Scrapy logs each failure that the report tells, with its trace: only who debugs wants to see that."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    if level != "DEBUG":
        for chatty in ("scrapy", "twisted"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)
