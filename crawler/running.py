"""Runs the spider in this process, once: Twisted's reactor does not start again."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.backfill import Span
from crawler.cadence import find_due, find_enabled
from crawler.discovery import choose, draft_found
from crawler.expectations import check_reading, check_silence
from crawler.fixtures import build_fixture
from crawler.ledger import Ledger
from crawler.parse.urls import get_host
from crawler.reading import Reading
from crawler.report import CrawlReport
from crawler.settings import CrawlSettings, build_settings
from crawler.sources import Source
from crawler.spiders.discovery import DiscoverySpider
from crawler.spiders.news import NewsSpider
from domain.errors import SourceError
from storage.desk import Desk
from storage.store import Store


def crawl_here(
    sources: Sequence[Source],
    store: Store,
    options: CrawlSettings,
    *,
    span: Span | None = None,
    named: bool = True,
    log_level: str = "WARNING",
    attended: bool = False,
) -> CrawlReport:
    """Crawls into the store and gives the report: what is new, or what lies in a span of days.

    Sources that nobody `named` are left out where they are switched off; `attended` stops the crawl at the end of
    standard input.
    """
    store.sources.sync(sources)
    if not named:
        sources = find_enabled(sources, Desk(store).switches())
    ledger = Ledger(store, sources, keep_states=span is None)
    sources = find_due(sources, ledger, datetime.now(UTC), keep_cadence=options.keep_cadence)
    reading = Reading(options.read_timeout, options.read_memory)
    try:
        crawler = _run_spider(
            NewsSpider,
            build_settings(options, _find_delays(sources)),
            log_level,
            attended,
            sources=sources,
            ledger=ledger,
            reading=reading,
            span=span,
        )
    finally:
        reading.close()
    now = datetime.now(UTC)
    for source in sources:
        if span is None:
            check_reading(source, ledger.tallies[source.id], store, now)
        check_silence(source, store, now)
    return CrawlReport.gather(ledger.tallies.values(), _explain(crawler, options))


def discover_here(
    url: str, options: CrawlSettings, taken: Sequence[str], *, log_level: str = "WARNING"
) -> dict[str, Any]:
    """Looks at an outlet and gives a source and what it was made from, or the problem in words."""
    settings = build_settings(options) | {"ITEM_PIPELINES": {}}
    spider = _run_spider(DiscoverySpider, settings, log_level, True, url=url).spider
    try:
        source = draft_found(spider.findings, taken)
    except SourceError as error:
        return {"problem": spider.flaw.words if spider.flaw else error.problem}
    best = choose(spider.findings)
    assert best is not None
    return {"source": source.model_dump(mode="json"), "fixture": build_fixture(best)}


def _run_spider(
    spider: type[Spider], given: Mapping[str, Any], log_level: str, attended: bool, **arguments: Any
) -> Crawler:
    """Runs a spider to its end and gives what ran it."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update(dict(given), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    _configure_logging(log_level)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, **arguments)
    if attended:
        _stop_when_alone(crawler)
    # what is there now stays to the end: the collector need not look at it again and again
    gc.collect()
    gc.freeze()
    process.start()
    return crawler


def _find_delays(sources: Iterable[Source]) -> dict[str, float]:
    """The delay of each host of a source: those that tell of its articles, and the one that has them."""
    return {
        get_host(url): source.delay
        for source in sources
        if source.delay
        for url in (source.homepage, *(url for _, url in source.addresses))
    }


def _stop_when_alone(crawler: Crawler) -> None:
    from twisted.internet import reactor

    def wait() -> None:
        sys.stdin.read()
        reactor.callFromThread(crawler.stop)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _explain(crawler: Crawler, options: CrawlSettings) -> str | None:
    reason = str(crawler.stats.get_value("finish_reason") or "failed")
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
