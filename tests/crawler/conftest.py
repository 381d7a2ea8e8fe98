from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.crawl import crawl_sources
from crawler.report import CrawlReport
from crawler.settings import load_crawl_settings
from crawler.sources import Source, parse_source
from storage.store import Store, open_store
from tests.crawler.sites import LocalSite, local_site
from tests.crawler.warm import run_child

Crawl = Callable[..., CrawlReport]


def make_source(source_id: str = "example", **facts: object) -> Source:
    given = {"name": source_id.title(), "language": "en", "homepage": "https://news.example/"} | facts
    return parse_source(source_id, given)


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with local_site() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'crawl.sqlite'}") as opened:
        yield opened


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.crawl._run_child", run_child)


@pytest.fixture
def crawl(cold_crawl: Crawl, warm: None) -> Crawl:
    """Crawls in a process that has everything loaded."""
    return cold_crawl


@pytest.fixture
def cold_crawl(store: Store) -> Crawl:
    """Crawls in a process as the program starts it."""

    def run(*sources: Source, **options: object) -> CrawlReport:
        given = {"allow_networks": "127.0.1.0/24", "delay": 0.0, "timeout": 5.0} | options
        return crawl_sources(sources, store.url, load_crawl_settings(**given))

    return run


def texts(store: Store) -> dict[str, str]:
    return {article.url: article.text for _, article in store.articles.iter_pending("none")}
