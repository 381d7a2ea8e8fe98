"""The process that crawls: reads a job from standard input, runs the spider, writes its report to a file.

The other end of standard input stays open as long as whoever gave the job lives; its end stops the crawl.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.expectations import check_reading, check_silence
from crawler.ledger import Ledger
from crawler.parse.urls import get_host
from crawler.report import CrawlReport
from crawler.settings import CrawlSettings, build_settings
from crawler.sources import Source
from crawler.spiders.news import NewsSpider
from storage.store import open_store


def main() -> int:
    """Does one job."""
    job = json.loads(sys.stdin.readline())
    sources = [Source(**facts) for facts in job["sources"]]
    options = CrawlSettings(**job["settings"])
    with open_store(job["store_url"]) as store:
        store.sources.sync(sources)
        ledger = Ledger(store, sources)
        reason = _crawl(sources, ledger, options, job["log_level"])
        now = datetime.now(UTC)
        for source in sources:
            check_reading(source, ledger.tallies[source.id])
            check_silence(source, store, now)
        report = CrawlReport.gather(ledger.tallies.values(), _explain(reason, options))
    _write(Path(job["report"]), report)
    return 0


def _crawl(sources: list[Source], ledger: Ledger, options: CrawlSettings, log_level: str) -> str:
    """Runs the spider to its end and gives the reason of that."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update(build_settings(options, _find_delays(sources)), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    _configure_logging(log_level)
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, sources=sources, ledger=ledger)
    _stop_when_alone(crawler)
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


def _write(file: Path, report: CrawlReport) -> None:
    # whole or not at all: a half report would pass for a crash of its own
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(report), ensure_ascii=False), "utf-8")
    draft.replace(file)


def _configure_logging(level: str) -> None:
    """Scrapy logs each failure that the report tells, with its trace: only who debugs wants to see that."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    if level != "DEBUG":
        for chatty in ("scrapy", "twisted"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)


if __name__ == "__main__":
    sys.exit(main())
