"""The process that crawls: reads a job as JSON from standard input, runs the spider, writes its report to a file."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.ledger import Ledger
from crawler.report import CrawlReport
from crawler.settings import CrawlSettings, build_settings
from crawler.sources import Source
from crawler.spiders.news import NewsSpider
from storage.store import open_store


def main() -> int:
    """Does one job."""
    job = json.load(sys.stdin)
    sources = [Source(**facts) for facts in job["sources"]]
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update(build_settings(CrawlSettings(**job["settings"])), priority="cmdline")
    with open_store(job["store_url"]) as store:
        store.sources.sync(sources)
        process = AsyncCrawlerProcess(settings)
        _configure_logging(job["log_level"])
        crawler = process.create_crawler(NewsSpider)
        ledger = Ledger(store, sources)
        process.crawl(crawler, sources=sources, ledger=ledger)
        process.start()
        report = CrawlReport.gather(ledger.tallies.values())
    Path(job["report"]).write_text(json.dumps(asdict(report), ensure_ascii=False), "utf-8")
    return 0


def _configure_logging(level: str) -> None:
    """Scrapy logs each failure that the report tells, with its trace: only who debugs wants to see that."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    if level != "DEBUG":
        for chatty in ("scrapy", "twisted"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)


if __name__ == "__main__":
    sys.exit(main())
