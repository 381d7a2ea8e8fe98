"""Each case has a host of its own: one crawl goes through all of them, and each test looks at what became of one."""

from __future__ import annotations

import gzip
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.crawl import crawl_sources
from crawler.report import CrawlReport
from crawler.settings import load_crawl_settings
from crawler.sources import Source
from domain.article import Article
from storage.store import Store, open_store
from tests.crawler.conftest import make_source
from tests.crawler.sites import Handler, LocalSite, local_site, render_article, render_rss

CASES: dict[str, Callable[[LocalSite], object]] = {}
TIMEOUT = 5.0
MAX_BYTES = 3 * 1024 * 1024


def case(prepare: Callable[[LocalSite], object]) -> Callable[[LocalSite], object]:
    CASES[prepare.__name__.replace("_", "-")] = prepare
    return prepare


def feed_of(site: LocalSite, *paths: str, **more: str) -> str:
    return site.put("/feed", render_rss([site.url + path for path in paths], **more), "application/rss+xml")


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"<")
        time.sleep(0.2)


def pour(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>more and more</p>" * 1000)


def pour_five_gigabytes(handler: Handler) -> None:
    handler.answer(b"<rss>", "text/html", 200, {"Content_Length": str(5 * 1024**3)})
    while True:
        handler.wfile.write(b"<item>more and more</item>" * 1000)


def pour_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-Again: and again\r\n" * 1000)


def break_off_chunks(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<html>")
    handler.close_connection = True


def break_off_length(handler: Handler) -> None:
    handler.answer(b"<html><p>half", "text/html", 200, {"Content_Length": "5000"})
    handler.close_connection = True


@case
def good(site: LocalSite) -> None:
    for number in range(20):
        site.put(f"/{number}", render_article(f"Company {number} raises ${number} million"))
    feed_of(site, *(f"/{number}" for number in range(20)))


@case
def slow_drip(site: LocalSite) -> None:
    site.routes["/feed"] = drip


@case
def endless_body(site: LocalSite) -> None:
    site.routes["/feed"] = pour


@case
def endless_headers(site: LocalSite) -> None:
    site.routes["/feed"] = pour_headers


@case
def huge_content_length(site: LocalSite) -> None:
    site.routes["/feed"] = pour_five_gigabytes


@case
def gzip_bomb(site: LocalSite) -> None:
    site.put("/feed", gzip.compress(b"\0" * 200_000_000), Content_Encoding="gzip")


@case
def zipped_feed_bomb(site: LocalSite) -> None:
    site.put("/feed", gzip.compress(b" " * 200_000_000), "application/gzip")


@case
def redirect_loop(site: LocalSite) -> None:
    site.put("/feed", "", status=302, Location="/there")
    site.put("/there", "", status=302, Location="/feed")


@case
def redirect_to_private(site: LocalSite) -> None:
    site.put("/feed", "", status=302, Location="/hop")
    site.put("/hop", "", status=301, Location="http://127.0.0.1:9/secret")


@case
def redirect_to_private_name(site: LocalSite) -> None:
    site.put("/feed", "", status=302, Location="http://localhost:9/secret")


@case
def page_in_private(site: LocalSite) -> None:
    site.put("/feed", render_rss(["http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://2130706433/"]))


@case
def retry_after_a_second(site: LocalSite) -> None:
    served = render_rss([site.url + "/late"]).encode()

    def answer(handler: Handler) -> None:
        if len(site.times("/feed")) == 1:
            handler.answer(b"", "text/plain", 429, {"Retry_After": "1"})
        else:
            handler.answer(served, "application/rss+xml", 200, {})

    site.routes["/feed"] = answer
    site.put("/late", render_article("Late Company raises $3 million"))


@case
def retry_after_an_hour(site: LocalSite) -> None:
    site.put("/feed", "", status=503, Retry_After="3600")


@case
def secure_by_name_only(site: LocalSite) -> None:
    pass


@case
def broken_chunks(site: LocalSite) -> None:
    site.routes["/feed"] = break_off_chunks


@case
def broken_length(site: LocalSite) -> None:
    feed_of(site, "/page")
    site.routes["/page"] = break_off_length


@case
def entity_bomb(site: LocalSite) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    feed = render_rss([site.url + "/page"]).replace("In short.", "&e11;").partition("?>")[2]
    site.put("/feed", f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{levels}]>{feed}')
    site.put("/page", render_article("Bomb Company raises $5 million"))


@case
def external_entity(site: LocalSite) -> None:
    feed = (
        render_rss([site.url + "/page"]).replace("A feed", "&leak;").replace("In short.", "&leak;").partition("?>")[2]
    )
    site.put("/feed", f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY leak SYSTEM "{site.url}/secret">]>{feed}')
    site.put("/secret", "LEAKED")
    site.put("/page", render_article("Entity Company raises $5 million"))


@case
def sitemap_entities(site: LocalSite) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    url = f"<url><loc>{site.url}/page</loc><lastmod>&e11;</lastmod></url>"
    head = f'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY e0 "ha">{levels}<!ENTITY x SYSTEM "{site.url}/secret">]>'
    site.put("/sitemap.xml", f"{head}<urlset>{url}<url><loc>{site.url}/&x;</loc></url></urlset>", "application/xml")
    site.put("/page", render_article("Sitemap Company raises $5 million"))


@case
def nul_bytes(site: LocalSite) -> None:
    feed_of(site, "/page")
    feed = render_rss([site.url + "/page"]).replace("Startup", "Start\0up")
    site.put("/feed", feed, "application/rss+xml")
    site.put("/page", render_article("Nul\0 Company raises\0 $5 million"))


@case
def wrong_charset(site: LocalSite) -> None:
    feed_of(site, "/page")
    text = "潮汐科技完成两亿元人民币融资，由北岸资本领投，多家机构跟投，公司计划扩大团队。" * 3
    page = f"<html><head><meta charset=utf-8></head><body><article><h1>潮汐科技完成两亿元融资</h1><p>{text}</p>"
    site.put("/page", page.encode("gb18030"), "text/html; charset=iso-8859-1")


@case
def many_items(site: LocalSite) -> None:
    site.put("/feed", render_rss([f"{site.url}/{number}" for number in range(10_000)]), "application/rss+xml")
    site.put("/0", render_article("First of many raises $1 million"))


@case
def whole_blog(site: LocalSite) -> None:
    told = "<p>It <b>raises</b> <a href='/'>money</a></p>" * 52
    feed = render_rss([f"{site.url}/{number}" for number in range(1000)], item=f"<content><![CDATA[{told}]]></content>")
    site.put("/feed", feed.replace("Startup", "Company of a blog"), "application/rss+xml")


@case
def future_dates(site: LocalSite) -> None:
    item = (site.url + "/page", "Wed, 22 Jan 2098 10:00:00 GMT")
    site.put("/feed", render_rss([item]), "application/rss+xml")
    site.put("/page", render_article("Future Company raises $5 million").replace("2025-01-22", "2097-01-22"))


@case
def repeated_items(site: LocalSite) -> None:
    feed_of(site, "/page", "/page?utm_source=rss", "/page#top", item="<guid isPermaLink='false'>always the same</guid>")
    site.put("/page", render_article("Repeated Company raises $5 million"))


@case
def page_for_a_feed(site: LocalSite) -> None:
    site.put("/feed", render_article())


@case
def empty_feed(site: LocalSite) -> None:
    site.put("/feed", render_rss([]), "application/rss+xml")


@case
def empty_answer(site: LocalSite) -> None:
    site.put("/feed", b"")


@case
def pdf_for_a_page(site: LocalSite) -> None:
    feed_of(site, "/page")
    site.put("/page", b"%PDF-1.7 " + b"\xe2\xe3" * 500, "application/pdf")


@case
def huge_robots(site: LocalSite) -> None:
    rules = "User-agent: *\nDisallow: /forbidden\n" + "# nothing to see here\nDisallow: /x/y/z\n" * 14_000
    site.put("/robots.txt", rules, "text/plain")
    feed_of(site, "/forbidden/page", "/allowed")
    site.put("/forbidden/page", render_article("Forbidden Company raises $5 million"))
    site.put("/allowed", render_article("Allowed Company raises $5 million"))


@case
def robots_of_five_megabytes(site: LocalSite) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /forbidden\n" + b"# much ado\n" * 500_000, "text/plain")
    # another source's feed tells the same in the same words, and such an item is filed for whoever tells it first
    feed = render_rss([site.url + "/forbidden/page", site.url + "/allowed"]).replace("Startup", "Small company")
    site.put("/feed", feed, "application/rss+xml")
    site.put("/allowed", render_article("Small Company raises $5 million"))


@case
def robots_missing(site: LocalSite) -> None:
    site.put("/robots.txt", "out of order", "text/plain", 500)
    feed_of(site, "/page")


@case
def deep_page(site: LocalSite) -> None:
    feed_of(site, "/page")
    site.put("/page", "<div>" * 60_000 + "<p>Deep down nothing is told.</p>")


@case
def page_of_tags(site: LocalSite) -> None:
    feed_of(site, "/page")
    site.put("/page", b"<html><p>Nothing but tags.</p>" + b"<p a=1 b=2 c=3 d=4>" * 150_000)


@case
def feed_of_tags(site: LocalSite) -> None:
    site.put("/feed", b"<rss><channel>" + b"<item/>" * 420_000, "application/rss+xml")


@case
def zipped_sitemap_of_tags(site: LocalSite) -> None:
    site.put("/sitemap.xml", gzip.compress(b"<urlset>" + b"<a/>" * 10_000_000, 1), "application/gzip")


@case
def sitemap_of_itself(site: LocalSite) -> None:
    loc = f"<sitemap><loc>{site.url}/sitemap.xml</loc></sitemap>"
    site.put("/sitemap.xml", f"<sitemapindex>{loc}</sitemapindex>", "application/xml")


@dataclass
class Aftermath:
    """What is left of the crawl."""

    report: CrawlReport
    store: Store
    sites: dict[str, LocalSite]
    articles: dict[str, list[Article]] = field(default_factory=dict)

    def problems(self, name: str) -> list[str]:
        return [problem for problem in self.report.problems if problem.startswith(f"{name}: ")]

    def flaw(self, name: str) -> str | None:
        states = self.store.sources.get_states(name).values()
        return next((state.flaw for state in states if state.url and state.flaw), None)


def source_of(name: str, site: LocalSite) -> Source:
    if "sitemap" in name:
        return make_source(name, sitemaps=[f"{site.url}/sitemap.xml"])
    return make_source(name, feeds=[f"{site.url}/feed"], budget=50)


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("hostile")
    with ExitStack() as stack:
        sites = {name: stack.enter_context(local_site()) for name in CASES}
        sites["self-signed"] = stack.enter_context(local_site(self_signed(folder)))
        sites["self-signed"].put("/feed", render_rss(["https://news.example/1"]))
        sites["secure-by-name-only"].url = sites["secure-by-name-only"].url.replace("http:", "https:")
        for name, prepare in CASES.items():
            prepare(sites[name])
        sources = [source_of(name, site) for name, site in sites.items()]
        sources.append(make_source("unreachable", feeds=["http://127.0.1.254:1/feed"]))
        store = stack.enter_context(open_store(f"sqlite:///{folder / 'hostile.sqlite'}"))
        options = load_crawl_settings(
            allow_networks="127.0.1.0/24", delay=0.0, timeout=TIMEOUT, max_bytes=MAX_BYTES, concurrency=60
        )
        report = crawl_sources(sources, store.url, options)
        found = Aftermath(report, store, sites)
        for _, article in store.articles.iter_pending("none"):
            found.articles.setdefault(article.source_id or "", []).append(article)
        yield found


REFUSED = {
    "slow-drip": ("timeout", "no answer in time"),
    "endless-body": ("too_large", "too large"),
    "huge-content-length": ("too_large", "too large"),
    "gzip-bomb": ("too_large", "too large"),
    "zipped-feed-bomb": ("not_a_feed", "more than"),
    "endless-headers": ("too_large", "too many headers"),
    "feed-of-tags": ("not_a_feed", "a feed of more than"),
    "zipped-sitemap-of-tags": ("not_a_feed", "a sitemap of more than"),
    "redirect-loop": ("redirects", "too many redirects"),
    "redirect-to-private": ("private", "127.0.0.1 is a private or loopback address"),
    "redirect-to-private-name": ("private", ") is a private or loopback address"),
    "retry-after-an-hour": ("asked_to_wait", "asks to be left alone until"),
    "secure-by-name-only": ("tls", "no secure connection"),
    "self-signed": ("tls", "no secure connection"),
    "broken-chunks": ("broken_off", "broke off"),
    "page-for-a-feed": ("not_a_feed", "an HTML page where a feed is expected"),
    "empty-feed": ("empty", "an empty feed"),
    "empty-answer": ("not_a_feed", "an empty answer"),
    "robots-missing": ("robots_missing", "robots.txt cannot be had (HTTP 500)"),
    "unreachable": ("refused", "the connection was refused"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told_by_name_and_kept_as_the_sources_state(name: str, after: Aftermath) -> None:
    kind, words = REFUSED[name]
    assert len(after.problems(name)) == 1
    assert words in after.problems(name)[0]
    assert after.flaw(name) == kind
    assert name not in after.articles


def test_the_good_site_is_unharmed(after: Aftermath) -> None:
    assert len(after.articles["good"]) == 20
    assert after.problems("good") == []


def test_private_pages_are_refused_and_never_asked_for_again(after: Aftermath) -> None:
    assert len(after.problems("page-in-private")) == 3
    assert all("is a private or loopback address" in problem for problem in after.problems("page-in-private"))
    assert after.store.frontier.count_pending("page-in-private") == 0


def test_a_short_retry_after_is_waited_for(after: Aftermath) -> None:
    first, second = after.sites["retry-after-a-second"].times("/feed")
    assert second - first >= 1
    assert [article.title for article in after.articles["retry-after-a-second"]] == ["Late Company raises $3 million"]


def test_a_long_retry_after_is_kept(after: Aftermath) -> None:
    site = after.sites["retry-after-an-hour"]
    state = after.store.sources.state("retry-after-an-hour", site.url + "/feed")
    assert state.retry_at is not None
    assert timedelta(minutes=55) < state.retry_at - datetime.now(UTC) < timedelta(minutes=65)
    assert len(site.times("/feed")) == 1


def test_a_page_that_breaks_off_is_pending_for_the_next_crawl(after: Aftermath) -> None:
    assert "the answer broke off" in after.problems("broken-length")[0]
    assert after.store.frontier.count_pending("broken-length") == 1


def test_an_entity_bomb_does_not_go_off(after: Aftermath) -> None:
    assert after.flaw("entity-bomb") or len(after.articles["entity-bomb"]) == 1
    assert all("hahaha" not in article.text for article in after.articles.get("entity-bomb", ()))


@pytest.mark.parametrize("name", ["external-entity", "sitemap-entities"])
def test_an_external_entity_is_not_fetched(name: str, after: Aftermath) -> None:
    assert "/secret" not in after.sites[name].paths()
    assert all("LEAKED" not in article.body for article in after.articles.get(name, ()))


def test_a_sitemap_with_entities_is_read_without_them(after: Aftermath) -> None:
    assert [article.title for article in after.articles["sitemap-entities"]] == ["Sitemap Company raises $5 million"]


def test_nul_bytes_are_dropped(after: Aftermath) -> None:
    [article] = after.articles["nul-bytes"]
    assert article.title == "Nul Company raises $5 million"


def test_a_wrong_charset_is_seen_through(after: Aftermath) -> None:
    [article] = after.articles["wrong-charset"]
    assert "由北岸资本领投" in article.text
    assert article.language == "zh"


def test_ten_thousand_items_are_read_up_to_the_limit_and_fetched_within_the_budget(after: Aftermath) -> None:
    counts = after.report.sources["many-items"]
    assert counts["entries"] == 1000
    assert counts["postponed"] == 950
    assert len([path for path in after.sites["many-items"].paths() if path not in ("/feed", "/robots.txt")]) == 50


def test_a_blog_s_thousand_whole_articles_are_no_more_tags_than_a_feed_may_have(after: Aftermath) -> None:
    assert after.report.sources["whole-blog"]["entries"] == 1000


def test_dates_in_the_future_are_no_dates(after: Aftermath) -> None:
    [article] = after.articles["future-dates"]
    assert article.published_on is None


def test_an_item_told_three_times_is_fetched_once(after: Aftermath) -> None:
    assert len(after.articles["repeated-items"]) == 1
    assert after.sites["repeated-items"].paths().count("/page") == 1


def test_a_page_that_is_no_html_is_told_and_given_up(after: Aftermath) -> None:
    assert "a PDF, no HTML" in after.problems("pdf-for-a-page")[0]
    assert after.store.frontier.count_pending("pdf-for-a-page") == 0


def test_the_rules_of_a_huge_robots_file_are_obeyed(after: Aftermath) -> None:
    assert "/allowed" in after.sites["huge-robots"].paths()
    assert "/forbidden/page" not in after.sites["huge-robots"].paths()


def test_of_a_forbidden_page_is_kept_what_the_feed_told(after: Aftermath) -> None:
    texts = {article.title: article.text for article in after.articles["huge-robots"]}
    assert texts["Startup 0 raises $1 million"] == "In short."
    assert after.report.sources["huge-robots"]["teasers"] == 1


def test_the_beginning_of_an_endless_robots_file_is_obeyed(after: Aftermath) -> None:
    articles = after.articles["robots-of-five-megabytes"]
    found = sorted((article.title, article.text == "In short.") for article in articles)
    assert found == [("Small Company raises $5 million", False), ("Small company 0 raises $1 million", True)]
    assert "/forbidden/page" not in after.sites["robots-of-five-megabytes"].paths()


def test_a_deep_page_is_survived(after: Aftermath) -> None:
    assert after.report.sources["deep-page"]["pages"] == 1
    assert after.report.sources["deep-page"].get("problems", 0) <= 1


def test_a_page_of_nothing_but_tags_is_told_and_given_up(after: Aftermath) -> None:
    assert "a page of more than 150,000 tags" in after.problems("page-of-tags")[0]
    assert after.store.frontier.count_pending("page-of-tags") == 0


def test_a_sitemap_that_points_to_itself_is_read_once(after: Aftermath) -> None:
    assert after.sites["sitemap-of-itself"].paths().count("/sitemap.xml") == 1


def test_no_mistake_of_the_program_shows(after: Aftermath) -> None:
    assert not [problem for problem in after.report.problems if "mistake" in problem]
