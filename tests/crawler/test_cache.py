from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.cache import prune_answers
from storage.store import Store
from tests.crawler.conftest import Crawl, make_source, texts
from tests.crawler.sites import Handler, LocalSite, render_article, render_rss

DAY = 86400.0


def keep(folder: Path, name: str, *, at: float, kilobytes: int = 4) -> Path:
    place = folder / name[:2] / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x" * 1024 * kilobytes)
    os.utime(place, (at, at))
    return place


def keep_in_several_files(folder: Path, name: str) -> Path:
    place = folder / name[:2] / name
    place.mkdir(parents=True)
    for file in ("pickled_meta", "response_body"):
        (place / file).write_bytes(b"x")
    return place


def find_kept(cache: Path) -> list[Path]:
    return list(cache.glob("news/??/*"))


def weigh_kept(cache: Path) -> int:
    taken = 0
    for kept in find_kept(cache):
        # the crawl may drop or rename it at this very moment
        with suppress(FileNotFoundError):
            taken += kept.stat().st_size
    return taken


def test_answers_that_are_too_old_are_deleted_and_the_oldest_where_there_is_no_room(tmp_path: Path) -> None:
    now = 100 * DAY
    newest, newer = keep(tmp_path, "aa11", at=now, kilobytes=80), keep(tmp_path, "bb22", at=98 * DAY, kilobytes=80)
    large, old = keep(tmp_path, "cc33", at=97 * DAY, kilobytes=800), keep(tmp_path, "aa44", at=69 * DAY)
    earlier = keep_in_several_files(tmp_path, "dd55")
    prune_answers(tmp_path, 30 * DAY, 10 * 1024**2, now)
    assert [place.exists() for place in (newest, newer, large, old, earlier)] == [True, True, True, False, False]
    prune_answers(tmp_path, 30 * DAY, 500 * 1024, now)
    assert [place.exists() for place in (newest, newer, large)] == [True, True, False]
    prune_answers(tmp_path / "none", 30 * DAY, 1, now)


def put_news(site: LocalSite) -> None:
    site.put("/feed", render_rss([site.url + "/1"]), "application/rss+xml", Cache_Control="max-age=3600", X_Name="é")
    site.put("/1", render_article(), Cache_Control="max-age=3600")


def test_an_answer_is_kept_whole(site: LocalSite, store: Store, crawl: Crawl, tmp_path: Path) -> None:
    put_news(site)
    source, cache = make_source(feeds=[site.url + "/feed"]), tmp_path / "cache"
    assert crawl(source, cache_dir=cache).problems == ()
    assert list(texts(store)) == [site.url + "/1"]
    site.requests.clear()
    report = crawl(source, cache_dir=cache)
    assert (report.problems, report.counts["entries"]) == ((), 1)
    assert "/feed" not in site.paths()


@pytest.mark.parametrize("left", [0, 0.2, 0.99])
def test_of_an_answer_that_is_not_whole_nothing_is_taken(
    left: float, site: LocalSite, crawl: Crawl, tmp_path: Path
) -> None:
    put_news(site)
    source, cache = make_source(feeds=[site.url + "/feed"]), tmp_path / "cache"
    crawl(source, cache_dir=cache)
    assert len(find_kept(cache)) >= 2
    for kept in find_kept(cache):
        os.truncate(kept, int(kept.stat().st_size * left))
    site.requests.clear()
    report = crawl(source, cache_dir=cache)
    assert (report.problems, report.counts["entries"]) == ((), 1)
    assert "/feed" in site.paths()


def test_what_was_written_by_something_else_is_no_answer(site: LocalSite, crawl: Crawl, tmp_path: Path) -> None:
    put_news(site)
    source, cache = make_source(feeds=[site.url + "/feed"]), tmp_path / "cache"
    crawl(source, cache_dir=cache)
    for kept in find_kept(cache):
        kept.write_bytes(b"cno_such_module\nNoSuchClass\n.")
    assert crawl(source, cache_dir=cache).problems == ()


def test_what_killed_crawls_left_is_pruned_before_the_next_asks(site: LocalSite, crawl: Crawl, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    forgotten = keep(cache / "news", "ab12", at=DAY)
    earlier = keep_in_several_files(cache / "news", "cd34")
    seen = []

    def answer(handler: Handler) -> None:
        seen.extend([forgotten.exists(), earlier.exists()])
        handler.answer(render_rss([]).encode(), "application/rss+xml", 200, {})

    site.routes["/feed"] = answer
    crawl(make_source(feeds=[site.url + "/feed"]), cache_dir=cache)
    assert seen == [False, False]


def test_the_cache_is_pruned_while_a_crawl_goes_on(site: LocalSite, crawl: Crawl, tmp_path: Path) -> None:
    cache, most = tmp_path / "cache", 0
    filler = "<!--" + "x" * 200_000 + "-->"

    def serve(number: int) -> None:
        def answer(handler: Handler) -> None:
            nonlocal most
            most = max(most, weigh_kept(cache))
            page = render_article(f"Company {number} raises ${number} million") + filler
            handler.answer(page.encode(), "text/html", 200, {"Cache_Control": "max-age=3600"})

        site.routes[f"/{number}"] = answer

    for number in range(20):
        serve(number)
    site.put("/feed", render_rss([f"{site.url}/{number}" for number in range(20)]), "application/rss+xml")
    report = crawl(make_source(feeds=[site.url + "/feed"]), cache_dir=cache, cache_megabytes=1)
    assert report.counts["new"] == 20
    assert 500_000 < most < 1_500_000
