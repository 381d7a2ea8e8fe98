from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from scrapy.http import TextResponse

from crawler.cadence import find_enabled
from crawler.crawl import run_crawl
from crawler.ledger import Ledger
from crawler.reading import Reading
from crawler.running import _find_delays
from crawler.settings import load_crawl_settings
from crawler.spiders.news import NewsSpider
from crawler.spiders.ways import Index
from domain.errors import SettingsError, SourceError
from storage.store import Store
from tests.crawler.conftest import Crawl, make_source, texts
from tests.crawler.sites import Handler, LocalSite, has_ipv6, local_site, render_article, render_rss


def serve_with_etag(site: LocalSite, path: str, body: str, etag: str) -> None:
    def answer(handler: Handler) -> None:
        fresh = handler.headers.get("If-None-Match") == etag
        kind = "application/rss+xml"
        handler.answer(b"" if fresh else body.encode(), kind, 304 if fresh else 200, {"ETag": etag})

    site.routes[path] = answer


def put_pages(site: LocalSite, *numbers: int) -> list[str]:
    return [site.put(f"/{number}", render_article(f"Company {number} raises ${number} million")) for number in numbers]


def test_a_second_crawl_asks_with_the_etag_and_fetches_only_what_is_new(
    site: LocalSite, store: Store, crawl: Crawl
) -> None:
    source = make_source(feeds=[site.url + "/feed"])
    serve_with_etag(site, "/feed", render_rss(put_pages(site, 1, 2)), '"one"')
    assert crawl(source, contact="news@example.org").counts["new"] == 2
    assert {headers["User-Agent"] for _, _, headers in site.requests} == {"Roundwatch/0.1 (+news@example.org)"}

    site.requests.clear()
    report = crawl(source)
    assert (report.counts["unchanged"], report.problems) == (1, ())
    assert [path for path in site.paths() if path != "/robots.txt"] == ["/feed"]

    site.requests.clear()
    serve_with_etag(site, "/feed", render_rss(put_pages(site, 3, 1, 2)), '"two"')
    assert crawl(source).counts["new"] == 1
    assert [path for path in site.paths() if path != "/robots.txt"] == ["/feed", "/3"]
    assert store.sources.state("example", site.url + "/feed").etag == '"two"'


def test_what_the_budget_leaves_is_fetched_by_the_next_crawl(site: LocalSite, store: Store, crawl: Crawl) -> None:
    source = make_source(feeds=[site.url + "/feed"], budget=3)
    serve_with_etag(site, "/feed", render_rss(put_pages(site, *range(5))), '"same"')
    first = crawl(source)
    assert (first.counts["new"], first.counts["postponed"]) == (3, 2)
    assert crawl(source).counts["new"] == 2
    assert store.frontier.count_pending() == 0


def test_addresses_are_canonical_and_ways_to_a_page_are_one(site: LocalSite, store: Store, crawl: Crawl) -> None:
    canonical = f'<link rel="canonical" href="{site.url}/story"></head>'
    site.put("/story", render_article().replace("</head>", canonical))
    site.put("/amp/story", render_article().replace("</head>", canonical))
    site.put("/old", "", status=301, Location="/story?utm_source=old")
    site.put("/story?utm_source=old", render_article().replace("</head>", canonical))
    site.put("/moved", '<html><head><meta http-equiv="refresh" content="0; url=/story"></head><body></body></html>')
    paths = ("/story?utm_source=rss&fbclid=1", "/amp/story", "/old", "/moved")
    feed = render_rss([site.url + path for path in paths])
    site.put("/feed", feed, "application/rss+xml")
    report = crawl(make_source(feeds=[site.url + "/feed"]))
    assert list(texts(store)) == [site.url + "/story"]
    assert (report.counts["new"], report.counts["known"], report.problems) == (1, 3, ())


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
def test_hosts_of_the_newer_protocol_are_crawled_and_their_private_addresses_refused(
    store: Store, crawl: Crawl, site: LocalSite
) -> None:
    with local_site(host="::1") as newer:
        newer.put("/robots.txt", "User-agent: *\nDisallow: /closed", "text/plain")
        links = [f"{newer.url}/open", f"{newer.url}/closed", f"{site.url}/1"]
        newer.put("/open", render_article("Newer Company raises $6 million"))
        newer.put("/feed", render_rss(links), "application/rss+xml")
        source = make_source(feeds=[newer.url + "/feed"])
        refused = crawl(source, allow_networks="127.0.1.0/24")
        assert "::1 is a private or loopback address" in refused.problems[0]
        assert newer.requests == []
        put_pages(site, 1)
        report = crawl(source, allow_networks="127.0.1.0/24 ::1/128")
        assert (report.problems, report.counts["new"], report.counts["teasers"]) == ((), 3, 1)
        assert f"{newer.url}/open" in texts(store)
        assert "/closed" not in newer.paths()
        assert {headers["Host"] for _, _, headers in newer.requests} == {newer.url.removeprefix("http://")}


def test_listings_go_on_page_by_page_and_sitemaps_lead_to_sitemaps(site: LocalSite, store: Store, crawl: Crawl) -> None:
    put_pages(site, *range(6))
    site.put(
        "/news", '<h2><a href="/0">First</a></h2><h2><a href="/1">Second</a></h2><a class=more href="/news?p=2">→</a>'
    )
    site.put("/news?p=2", '<h2><a href="/2">Third</a></h2><nav><a href="/about">About</a></nav>')
    index = f"<sitemap><loc>{site.url}/a.xml</loc></sitemap><sitemap><loc>{site.url}/b.xml</loc></sitemap>"
    site.put("/index.xml", f"<sitemapindex>{index}</sitemapindex>", "application/xml")
    site.put("/a.xml", f"<urlset><url><loc>{site.url}/3</loc></url></urlset>", "application/xml")
    urls = f"<url><loc>{site.url}/4</loc></url><url><loc>{site.url}/jobs/5</loc></url>"
    site.put("/b.xml", f"<urlset>{urls}</urlset>", "application/xml")
    put_pages(site, *range(10, 16))
    for page in range(1, 4):
        links = "".join(f'<h2><a href="/{10 + 2 * page + n}">Story</a></h2>' for n in range(-2, 0))
        site.put(f"/list/{page}", links)
    listing = {"url": site.url + "/news", "links": "h2 a", "next": "a.more", "pages": 5}
    numbered = {"url": site.url + "/list/{page}", "links": "h2 a", "pages": 2}
    report = crawl(
        make_source("listed", listings=[listing]),
        make_source("numbered", listings=[numbered]),
        make_source("mapped", sitemaps=[site.url + "/index.xml"], article=r"//[^/]+/\d$"),
    )
    found = {url.removeprefix(site.url) for url in texts(store)}
    assert found == {"/0", "/1", "/2", "/3", "/4", "/10", "/11", "/12", "/13"}
    assert report.problems == ()
    # where the first page tells nothing new, the second is not asked for
    site.requests.clear()
    crawl(make_source("numbered", listings=[numbered]))
    assert [path for path in site.paths() if path != "/robots.txt"] == ["/list/1"]


def test_whole_articles_in_a_feed_need_no_page_and_held_back_ones_give_their_teaser(
    site: LocalSite, store: Store, crawl: Crawl
) -> None:
    whole = "".join(f"<p>Paragraph {n} tells at length how the company raised its round.</p>" for n in range(9))
    full = render_rss([site.url + "/whole"]).replace("In short.", f"<![CDATA[{whole}]]>")
    site.put("/full", full, "application/rss+xml")
    site.put("/short", render_rss([site.url + "/paid"]), "application/rss+xml")
    site.put("/paid", "<html><body><p>Subscribe to read this article.</p></body></html>")
    report = crawl(
        make_source("full", feeds=[site.url + "/full"], full_text=True),
        make_source("short", feeds=[site.url + "/short"]),
    )
    assert "/whole" not in site.paths()
    kept = texts(store)
    assert kept[site.url + "/whole"].count("\n") == 8
    assert kept[site.url + "/paid"] == "In short."
    assert (report.sources["short"]["teasers"], report.problems) == (1, ())


def test_expectations_make_a_problem_of_too_little_and_a_warning_of_too_much(
    site: LocalSite, cold_crawl: Crawl, capfd: pytest.CaptureFixture[str]
) -> None:
    site.put("/feed", render_rss(put_pages(site, 1, 2, 3)), "application/rss+xml")
    site.put("/empty", render_rss([]), "application/rss+xml")
    report = cold_crawl(
        make_source("poor", feeds=[site.url + "/feed"], expect={"min": 4}),
        make_source("rich", feeds=[site.url + "/feed"], expect={"max": 2}),
        make_source("moved", feeds=[site.url + "/feed"], article="/no-such-path/"),
        make_source("quiet", feeds=[site.url + "/empty"], expect={"min": 0}),
    )
    assert report.problems == (
        "poor: https://news.example/: only 3 articles told of, at least 4 are expected",
        "moved: https://news.example/: only 0 articles told of, at least 1 are expected",
    )
    assert "rich: 3 articles told of, at most 2 are expected" in capfd.readouterr().err


def test_a_crawl_that_takes_too_long_says_so_and_the_next_one_goes_on(
    site: LocalSite, store: Store, crawl: Crawl
) -> None:
    source = make_source(feeds=[site.url + "/feed"])
    site.put("/feed", render_rss(put_pages(site, *range(20))), "application/rss+xml", ETag='"same"')
    quick, patience = dict(site.routes), Event()
    for number in range(20):
        site.routes[f"/{number}"] = lambda handler: patience.wait(5) and None
    report = crawl(source, max_seconds=1.0, timeout=3.0)
    assert "crawl: stopped after 1 s; the next one goes on from here" in report.problems
    site.routes.update(quick)
    crawl(source)
    assert len(texts(store)) == 20


def test_requests_go_through_the_proxy_that_is_set_and_answers_into_the_cache(
    site: LocalSite, store: Store, crawl: Crawl, tmp_path: Path
) -> None:
    feed = render_rss(["http://news.example/1"])
    site.put("http://news.example/robots.txt", "", "text/plain")
    site.put("http://news.example/feed", feed, "application/rss+xml", Cache_Control="max-age=3600")
    site.put("http://news.example/1", render_article(), Cache_Control="max-age=3600")
    source = make_source(feeds=["http://news.example/feed"])
    options = {"proxy": site.url, "cache_dir": tmp_path / "cache"}
    assert crawl(source, **options).problems == ()
    assert [path for path in site.paths() if "robots" not in path] == [
        "http://news.example/feed",
        "http://news.example/1",
    ]
    assert list(texts(store)) == ["http://news.example/1"]
    site.requests.clear()
    crawl(source, **options)
    assert "http://news.example/feed" not in site.paths()


def test_a_source_that_is_not_due_or_asks_for_patience_is_left_alone(
    site: LocalSite, store: Store, crawl: Crawl
) -> None:
    site.put("/feed", render_rss(put_pages(site, 1)), "application/rss+xml")
    hourly = make_source("hourly", feeds=[site.url + "/feed"], cadence="1h")
    with local_site() as other:
        other.put("/feed", "", status=429, Retry_After="900")
        busy = make_source("busy", feeds=[other.url + "/feed"])
        assert len(crawl(hourly, busy, keep_cadence=True).problems) == 1
        site.requests.clear()
        other.requests.clear()
        report = crawl(hourly, busy, keep_cadence=True)
        assert (site.paths(), other.paths()) == ([], [])
        assert (report.counts["not_due"], report.problems) == (2, ())
        # asked for by hand, a source need not be due, but patience it may ask for
        crawl(hourly, busy)
        assert "/feed" in site.paths()
        assert other.paths() == []


def test_a_source_that_asks_for_a_delay_is_given_it_by_every_host_of_its_own() -> None:
    source = make_source(homepage="https://www.a.example/", feeds=["https://feeds.a.example/x"], delay=3.0)
    assert _find_delays([source]) == {"www.a.example": 3.0, "feeds.a.example": 3.0}


def test_articles_that_a_page_shows_in_part_are_counted(site: LocalSite, store: Store, crawl: Crawl) -> None:
    asks = "</p><p>Already a subscriber? Sign in.</p></article>"
    site.put("/1", render_article("Company 1 raises $1 million").replace("</p></article>", asks))
    put_pages(site, 2)
    site.put("/feed", render_rss([site.url + "/1", site.url + "/2"]), "application/rss+xml")
    counts = crawl(make_source(feeds=[site.url + "/feed"])).counts
    assert (counts["new"], counts["stubs"]) == (2, 1)
    assert "subscriber" not in texts(store)[site.url + "/1"]


def test_a_source_that_spoils_readings_keeps_no_other_waiting(site: LocalSite, store: Store, crawl: Crawl) -> None:
    with local_site() as other:
        heavy = [site.put(f"/heavy{number}", "<html>" + "<p>a" * 140_000) for number in range(8)]
        site.put("/feed", render_rss(heavy), "application/rss+xml")
        other.put("/feed", render_rss(put_pages(other, *range(5))), "application/rss+xml")
        report = crawl(
            make_source("heavy", feeds=[site.url + "/feed"]),
            make_source("light", feeds=[other.url + "/feed"]),
            read_timeout=1.0,
        )
    assert report.sources["light"]["new"] == 5
    assert 3 <= report.sources["heavy"]["failed_pages"] <= 4
    assert all("reading it takes too long" in problem for problem in report.problems)
    # what was not read is not given up
    assert store.frontier.count_pending("heavy") == 8


def test_a_source_that_spoils_readings_is_asked_for_no_more_pages(site: LocalSite, store: Store, crawl: Crawl) -> None:
    heavy = [site.put(f"/heavy{number}", "<html>" + "<p>a" * 140_000) for number in range(40)]
    site.put("/feed", render_rss(heavy), "application/rss+xml")
    counts = crawl(make_source(feeds=[site.url + "/feed"]), read_timeout=0.5, delay=0.2, concurrency=2).counts
    assert counts["postponed"] + counts["failed_pages"] == 40
    assert len([path for path in site.paths() if path.startswith("/heavy")]) < 30
    assert store.frontier.count_pending() == 40


def test_pages_that_are_refused_before_they_are_read_postpone_no_others(
    site: LocalSite, store: Store, crawl: Crawl
) -> None:
    large = [site.put(f"/large{number}", "<html>" + "<p>" * 150_001) for number in range(5)]
    site.put("/feed", render_rss([*put_pages(site, 1, 2), *large, *put_pages(site, 3, 4)]), "application/rss+xml")
    counts = crawl(make_source(feeds=[site.url + "/feed"])).counts
    assert (counts["new"], counts["failed_pages"], counts.get("postponed")) == (4, 5, None)
    assert store.frontier.count_pending() == 0


def test_of_the_sitemaps_that_a_sitemap_leads_to_those_that_changed_last_are_read_first() -> None:
    index = Index((), ("old", "new", "unknown"), {"old": date(2020, 1, 1), "new": date(2025, 1, 1)})
    assert index.latest == ["new", "unknown", "old"]
    # of those without a date, or of one day, the newest may stand first or last
    assert Index((), ("1", "2", "3", "4", "5")).latest == ["5", "1", "4", "2", "3"]
    same = Index((), ("1", "2", "3", "4"), dict.fromkeys("1234", date(2025, 1, 1)))
    assert same.latest == ["4", "1", "3", "2"]
    behind = Index((), (*(str(n) for n in range(600)), "today"), {"today": date(2025, 1, 1)})
    assert behind.latest[0] == "today"
    assert len(set(behind.latest)) == len(behind.latest) == 601


class ReadingHere:
    async def run(self, read: Callable[..., object], *args: object) -> object:
        return read(*args)


def test_of_too_many_sitemaps_the_newest_are_asked_and_the_rest_is_told(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask() -> list[str]:
        [first] = [request async for request in spider.start()]
        answer = TextResponse(url, body=f"<sitemapindex>{maps}</sitemapindex>".encode(), encoding="utf-8")
        return [request.url async for request in spider.read_index(answer, **first.cb_kwargs)]

    url = "https://news.example/index.xml"
    numbers = range(1, 601)
    maps = "".join(f"<sitemap><loc>https://news.example/post-{n}.xml</loc></sitemap>" for n in numbers)
    source = make_source(sitemaps=[url])
    ledger = Ledger(store, [source])
    store.sources.sync([source])
    spider = NewsSpider([source], ledger, cast(Reading, ReadingHere()))
    with caplog.at_level(logging.WARNING):
        asked = asyncio.run(ask())
    assert asked[0] == "https://news.example/post-600.xml"
    assert (len(asked), len(set(asked))) == (499, 499)
    assert ledger.tallies["example"].counts["unasked_addresses"] == 101
    assert f"example: {url}: leads to 101 more addresses than one crawl asks for" in caplog.text


def test_sources_are_on_by_their_file_unless_an_operator_switched_them() -> None:
    on = make_source("on", feeds=["https://a.example/"])
    off = make_source("off", feeds=["https://b.example/"], enabled=False)
    assert find_enabled([on, off], {}) == [on]
    assert find_enabled([on, off], {"on": False, "off": True}) == [off]


@pytest.mark.parametrize(("name", "value"), [("timeout", "soon"), ("allow_networks", "home"), ("concurrency", "0")])
def test_a_bad_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"ROUNDWATCH_CRAWL_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"ROUNDWATCH_CRAWL_{name.upper()}"):
        load_crawl_settings()


def test_an_empty_or_missing_folder_of_sources_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no source file"):
        run_crawl(tmp_path, "sqlite://")
    with pytest.raises(SourceError, match="no such folder"):
        run_crawl(tmp_path / "none", "sqlite://")


def test_a_process_that_ends_without_a_report_is_an_error(
    site: LocalSite,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    warm: None,
) -> None:
    from crawler.crawl import crawl_sources

    with caplog.at_level(logging.CRITICAL), pytest.raises(SourceError, match="without a report"):
        crawl_sources([make_source(feeds=[site.url])], f"sqlite:///{tmp_path}", load_crawl_settings())
    capfd.readouterr()
