"""Each case is crawled alone, and its crawl must not take much more memory than that of a harmless site."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.crawl import crawl_sources
from crawler.settings import load_crawl_settings
from storage.store import open_store
from tests.crawler.sites import local_site
from tests.crawler.test_hostile_sites import CASES, MAX_BYTES, TIMEOUT, source_of
from tests.crawler.warm import Peaks, weigh_child

MOST_MB = 16.0
HEAVY = [
    "endless-body",
    "endless-headers",
    "huge-content-length",
    "gzip-bomb",
    "zipped-feed-bomb",
    "entity-bomb",
    "sitemap-entities",
    "many-items",
    "whole-blog",
    "huge-robots",
    "robots-of-five-megabytes",
    "deep-page",
    "page-of-tags",
    "feed-of-tags",
]


def weigh(name: str, folder: Path) -> Peaks:
    """What the crawl of one case takes at its peak."""
    peaks: list[Peaks] = []

    def run(job: str, environment: dict[str, str]) -> int:
        peaks.append(weigh_child(job, environment))
        return 0

    options = load_crawl_settings(allow_networks="127.0.1.0/24", delay=0.0, timeout=TIMEOUT, max_bytes=MAX_BYTES)
    with pytest.MonkeyPatch.context() as patch, local_site() as site:
        patch.setattr("crawler.crawl._run_child", run)
        CASES[name](site)
        with open_store(f"sqlite:///{folder / name}.sqlite") as store:
            crawl_sources([source_of(name, site)], store.url, options)
    return peaks[0]


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Peaks:
    return weigh("good", tmp_path_factory.mktemp("harmless"))


@pytest.mark.parametrize("name", HEAVY)
def test_a_hostile_site_takes_little_more_memory_than_a_harmless_one(
    name: str, harmless: Peaks, tmp_path: Path
) -> None:
    taken = weigh(name, tmp_path)
    assert taken.crawler < harmless.crawler + MOST_MB
    assert taken.reader < harmless.reader + MOST_MB


def test_a_sitemap_that_unpacks_to_much_takes_no_more_than_that(harmless: Peaks, tmp_path: Path) -> None:
    taken = weigh("zipped-sitemap-of-tags", tmp_path)
    assert taken.crawler < harmless.crawler + MOST_MB
    # sitemaps may be large: one that is at its limit is held twice, and no tree is made of it
    assert taken.reader < harmless.reader + 120
