from __future__ import annotations

import os
from pathlib import Path

from crawler.cache import prune_answers
from storage.store import Store
from tests.crawler.conftest import Crawl, make_source, texts
from tests.crawler.sites import LocalSite, render_article, render_rss

DAY = 86400.0


def keep(folder: Path, name: str, *, age: float, kilobytes: int = 4) -> Path:
    place = folder / name[:2] / name
    place.mkdir(parents=True)
    for file in ("meta", "response_body"):
        (place / file).write_bytes(b"x" * 1024 * kilobytes)
        os.utime(place / file, (100 * DAY - age, 100 * DAY - age))
    return place


def test_answers_that_are_too_old_are_deleted_and_the_oldest_where_there_is_no_room(tmp_path: Path) -> None:
    newest, newer = keep(tmp_path, "aa11", age=0, kilobytes=40), keep(tmp_path, "bb22", age=2 * DAY, kilobytes=40)
    large, old = keep(tmp_path, "cc33", age=3 * DAY, kilobytes=400), keep(tmp_path, "aa44", age=31 * DAY)
    prune_answers(tmp_path, 30 * DAY, 10 * 1024**2, now=100 * DAY)
    assert [place.exists() for place in (newest, newer, large, old)] == [True, True, True, False]
    prune_answers(tmp_path, 30 * DAY, 500 * 1024, now=100 * DAY)
    assert [place.exists() for place in (newest, newer, large)] == [True, True, False]
    prune_answers(tmp_path / "none", 30 * DAY, 1, now=100 * DAY)


def test_a_crawl_prunes_its_cache_and_asks_anew_where_half_an_answer_was_kept(
    site: LocalSite, store: Store, crawl: Crawl, tmp_path: Path
) -> None:
    site.put("/feed", render_rss([site.url + "/1"]), "application/rss+xml", Cache_Control="max-age=3600")
    site.put("/1", render_article(), Cache_Control="max-age=3600")
    source, cache = make_source(feeds=[site.url + "/feed"]), tmp_path / "cache"
    forgotten = keep(cache / "news", "ab12", age=0)
    assert crawl(source, cache_dir=cache).problems == ()
    assert list(texts(store)) == [site.url + "/1"]
    # kept in 1970
    assert not forgotten.exists()
    kept = list(cache.glob("news/??/*/response_body"))
    assert len(kept) >= 2
    for number, body in enumerate(kept):
        body.unlink() if number % 2 else body.with_name("pickled_meta").write_bytes(b"")
    site.requests.clear()
    assert crawl(source, cache_dir=cache).problems == ()
    assert "/feed" in site.paths()
