from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.feeds import Entry, Feed, NotAFeed, parse_feed
from crawler.parse.listings import parse_listing
from crawler.parse.pages import parse_entry
from crawler.parse.sitemaps import parse_sitemap
from tracker.demo.feeds import WAYS
from tracker.demo.layouts import Frame, render_home
from tracker.demo.pages import load_newsroom

URL = "https://news.example/feed"
NOW = datetime(2025, 2, 3, tzinfo=UTC)
NEWSROOM = load_newsroom()


def read(body: str | bytes, **options: object) -> Feed:
    return parse_feed(body.encode() if isinstance(body, str) else body, URL, now=NOW, **options)  # type: ignore[arg-type]


def only(body: str | bytes, **options: object) -> Entry:
    [entry] = read(body, **options).entries
    return entry


def rss(item: str, version: str = "2.0", head: str = "") -> str:
    channel = f"<channel><title>T</title><item>{item}</item></channel>"
    return f'<?xml version="1.0"?><rss version="{version}"{head}>{channel}</rss>'


STORY = "https://news.example/story"
KINDS = {
    "rss 0.91": rss(f"<title>A round</title><link>{STORY}</link>", "0.91"),
    "rss 0.92": rss(f"<title>A round</title><link>{STORY}</link>", "0.92"),
    "rss 2.0": rss(f"<title>A round</title><link>{STORY}</link><pubDate>Wed, 22 Jan 2025 10:00:00 GMT</pubDate>"),
    "rss with guid only": rss(f"<title>A round</title><guid>{STORY}</guid>"),
    "rss with dublin core": rss(
        f"<title>A round</title><link>{STORY}</link><dc:date>2025-01-22T10:00:00Z</dc:date>",
        head=' xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ),
    "rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f"<channel><title>T</title></channel><item><title>A round</title><link>{STORY}</link></item></rdf:RDF>"
    ),
    "atom": (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>A round</title>'
        f'<link rel="enclosure" href="https://cdn.example/a.mp3"/><link href="{STORY}"/></entry></feed>'
    ),
    "atom 0.3": (
        f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><title>A round</title>'
        f'<link rel="alternate" type="text/html" href="{STORY}"/></entry></feed>'
    ),
    "json feed": json.dumps({"title": "T", "items": [{"id": "1", "title": "A round", "url": STORY}]}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_feed_is_read(kind: str) -> None:
    entry = only(KINDS[kind])
    assert (entry.url, entry.title) == (STORY, "A round")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_feed_is_read_zipped_in_gb18030_and_behind_white_space(kind: str) -> None:
    text = (
        KINDS[kind]
        .replace("A round", "青鸟智行完成一亿美元融资")
        .replace('version="1.0"?', 'version="1.0" encoding="gb2312"?')
    )
    wanted = "青鸟智行完成一亿美元融资"
    for body in (gzip.compress(text.encode()), b"\n\n  " + text.encode(), text.encode("gb18030")):
        if not (kind == "json feed" and b"\\u" in body):
            assert only(body, content_type="text/xml; charset=gb2312").title == wanted


@pytest.mark.parametrize(
    "outlet", [o for o in NEWSROOM.outlets.values() if o.way in WAYS], ids=lambda outlet: outlet.id
)
def test_the_newsrooms_feeds_and_sitemaps_give_every_page_with_its_day(outlet: object) -> None:
    way = WAYS[outlet.way]  # type: ignore[attr-defined]
    frame = Frame(outlet, "https://demo.example")  # type: ignore[arg-type]
    body = way.render(frame, outlet.pages).encode(outlet.charset)  # type: ignore[attr-defined]
    found = parse_sitemap(body, URL, now=NOW) if outlet.way == "sitemap" else parse_feed(body, URL, now=NOW)  # type: ignore[attr-defined]
    wanted = {frame.url(page): (page.title, page.published_at.date()) for page in outlet.pages}  # type: ignore[attr-defined]
    assert {e.url: (e.title, e.moment and e.moment.on) for e in found.entries} == wanted


@pytest.mark.parametrize("outlet", NEWSROOM.outlets.values(), ids=lambda outlet: outlet.id)
def test_the_newsrooms_front_pages_list_every_page_and_nothing_else(outlet: object) -> None:
    body = render_home(Frame(outlet, "https://demo.example"), outlet.pages, None).encode(outlet.charset)  # type: ignore[arg-type, attr-defined]
    home = f"https://demo.example/{outlet.id}/"  # type: ignore[attr-defined]
    wanted = {"https://demo.example" + outlet.path_of(page) for page in outlet.pages}  # type: ignore[attr-defined]
    assert {entry.url for entry in parse_listing(body, home, links="main h3 a").entries} == wanted
    found = parse_listing(body, home, now=NOW).entries
    assert {entry.url for entry in found} <= wanted
    assert len(found) > 0.8 * len(wanted)


def test_titles_are_text_and_links_are_canonical() -> None:
    entry = only(
        rss(
            "<title>A &amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt; &lt;i&gt;round&lt;/i&gt;</title>"
            "<link>/story?utm_source=rss</link>"
        )
    )
    assert entry.url == STORY
    assert "bold" in entry.title and "round" in entry.title and "<i>" not in entry.title


UNSAFE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>link</a>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>body { background: url(javascript:alert(1)) }</style>",
    "<scr<script>ipt>alert(1)</script>",
    "<object data=x>",
    "<embed src=x>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
)


@pytest.mark.parametrize("markup", UNSAFE)
def test_nothing_unsafe_gets_past_the_reader_as_markup(markup: str) -> None:
    unsafe = f"<p>The company raised money. {markup} It said so.</p>"
    title = f"<title><![CDATA[Company {markup} raises]]></title>"
    item = f"{title}<link>{STORY}</link><description><![CDATA[{unsafe}]]></description>"
    entry = only(rss(item))
    page = parse_entry(entry)
    assert page is not None
    for text in (entry.title, entry.summary, page.title, page.text):
        assert not re.search(r"<\s*/?\s*[a-z]", text, re.IGNORECASE)


def test_what_is_unusable_is_counted() -> None:
    items = "<item><title>No link</title></item>" + f"<item><title>Again</title><link>{STORY}#x</link></item>" * 2
    many = "".join(f"<item><link>{STORY}/{n}</link></item>" for n in range(9))
    feed = read(f"<rss version='2.0'><channel>{items}{many}</channel></rss>", limit=5)
    assert len(feed.entries) == 3
    assert feed.dropped == {"without_link": 1, "repeated": 1, "over_limit": 7}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "an empty answer"),
        ("   \n", "an empty answer"),
        ("hello", "plain text"),
        ("<!DOCTYPE html><html><body>Hi</body></html>", "an HTML page"),
        ("<urlset></urlset>", "a sitemap"),
        ("<opml/>", "XML of another kind"),
        ("{", "broken JSON"),
        ("{}", "JSON without `items`"),
        ("[" * 10_000, "plain text"),
        ('{"items":' + "[" * 100_000, "broken JSON"),
        (gzip.compress(b" " * 100_000_000, mtime=0), "more than 16 MB"),
        (gzip.compress(b"<rss>", mtime=0)[:10], "an empty answer"),
    ],
)
def test_what_is_no_feed_is_named(body: str | bytes, problem: str) -> None:
    with pytest.raises(NotAFeed, match=problem):
        read(body)


@pytest.mark.parametrize(
    ("date_text", "on"),
    [
        ("Wed, 22 Jan 2025 23:30:00 -0500", date(2025, 1, 22)),
        ("2025-01-22 10:00:00", date(2025, 1, 22)),
        ("22 Jan 2025", date(2025, 1, 22)),
        ("soon", None),
        ("Wed, 22 Jan 2098 10:00:00 GMT", None),
    ],
)
def test_dates_are_days_where_the_item_was_published(date_text: str, on: date | None) -> None:
    moment = only(rss(f"<link>{STORY}</link><pubDate>{date_text}</pubDate>"), zone=ZoneInfo("America/New_York")).moment
    assert (moment.on if moment else None) == on


@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(body: bytes) -> None:
    for data in (body, b"<rss version='2.0'><channel>" + body, b"<urlset>" + body, b'{"items":[' + body):
        for parse in (parse_feed, parse_sitemap):
            try:
                parse(data, URL)
            except NotAFeed:
                continue


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["items", "url", "id", "title", "authors", "date_published", "content_html"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_breaks_the_reader(value: object) -> None:
    try:
        parse_feed(json.dumps({"items": [value, {"url": STORY, "title": value}]}).encode(), URL)
    except NotAFeed:
        return


def test_a_listing_finds_headlines_with_the_dates_beside_them() -> None:
    body = """<html><body><nav><a href="/about">About our company and team</a></nav><ul>
    <li><a href="/a/1"><img src=x></a><a href="/a/1">Startup number one raises money</a> <span>2025-01-22</span></li>
    <li><a href="/a/2">Startup number two raises money</a> <time datetime="2025-01-21T08:00:00Z">Tue</time></li>
    <li><a href="https://other.example/a/3">Startup elsewhere raises a lot</a></li>
    <li><a href="/tag/ai">All about the AI tag</a></li>
    </ul><a rel=next href="?page=2">More</a></body></html>"""
    page = parse_listing(body.encode(), "https://news.example/news", next_link="a[rel=next]", now=NOW)
    assert [(e.url[-1], e.moment and e.moment.on.isoformat()) for e in page.entries] == [
        ("1", "2025-01-22"),
        ("2", "2025-01-21"),
    ]
    assert page.next_url == "https://news.example/news?page=2"
