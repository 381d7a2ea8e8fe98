from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.articles import build_article, tell_language
from crawler.parse.dates import Moment
from crawler.parse.feeds import Entry
from crawler.parse.pages import BadPage, Page, PageRules, parse_entry, parse_page
from tracker.demo.layouts import Frame, render_page
from tracker.demo.pages import load_newsroom

URL = "https://news.example/2025/01/22/story"
NOW = datetime(2025, 2, 3, tzinfo=UTC)
NEWSROOM = load_newsroom()
TEXT = (
    "Larkfield Robotics has raised $12 million in a Series A round, the company said on Wednesday. The round was led "
    "by Example Ventures, with Harbour Capital taking part."
)
MORE = "The company, which was founded in 2021, makes arms for small workshops and will open an office in Leeds."


def make_page(
    body: str = f"<article><h1>Larkfield raises $12 million</h1><p>{TEXT}</p><p>{MORE}</p></article>", head: str = ""
) -> bytes:
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()
    )


def read(body: bytes, **options: object) -> Page:
    return parse_page(body, URL, now=NOW, **options)  # type: ignore[arg-type]


def ld(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | facts)}</script>'


@pytest.mark.parametrize(
    ("page_id", "outlet", "page"),
    list(NEWSROOM.iter_pages()),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_page_of_the_newsroom_is_read_line_by_line(page_id: str, outlet: object, page: object) -> None:
    frame = Frame(outlet, "https://demo.example", outlet.pages[:4])  # type: ignore[arg-type, attr-defined]
    found = parse_page(render_page(page, frame).encode(outlet.charset), frame.url(page), now=NOW)  # type: ignore[arg-type, attr-defined]
    assert found.title == page.title or outlet.layout == "soup"  # type: ignore[attr-defined]
    assert found.text.replace(" | ", " ") == page.text  # type: ignore[attr-defined]
    # the opengraph layout shows its date to machines only, the others to readers too
    assert found.moment is not None
    assert found.url == frame.url(page)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "entry", "title"),
    [
        ("<title>Larkfield raises $12 million | Example News</title>", "", "Larkfield raises $12 million"),
        (
            '<meta property="og:title" content="Larkfield raises $12 million - Example">',
            "",
            "Larkfield raises $12 million",
        ),
        (ld(headline="Larkfield raises $12 million"), "", "Larkfield raises $12 million"),
        ("<title>Example News</title>", "The headline of the feed", "The headline of the feed"),
        ("", "", "Larkfield raises $12 million"),
    ],
)
def test_the_title_is_the_headline_without_the_sites_name(head: str, entry: str, title: str) -> None:
    assert read(make_page(head=head), entry=Entry(URL, title=entry)).title == title


@pytest.mark.parametrize(
    ("head", "body", "on"),
    [
        (ld(datePublished="2025-01-20T10:00:00Z"), "<time datetime='2025-01-21'></time>", date(2025, 1, 20)),
        ('<meta property="article:published_time" content="2025-01-19T08:00:00+00:00">', "", date(2025, 1, 19)),
        ('<meta name="pubdate" content="20250118">', "", date(2025, 1, 18)),
        ("", "<time datetime='2025-01-21T09:00:00Z'></time>", date(2025, 1, 21)),
        ("", "<h1>Larkfield</h1><span>发布时间：2025-01-17 08:00</span>", date(2025, 1, 17)),
        ("", "<h1>Larkfield</h1><p class=by>By A. Writer, January 16, 2025</p>", date(2025, 1, 16)),
        (ld(datePublished="2099-01-01"), "", date(2025, 1, 22)),
        ("", "", date(2025, 1, 22)),
    ],
)
def test_the_day_is_declared_shown_or_part_of_the_address_in_this_order(head: str, body: str, on: date) -> None:
    moment = read(make_page(f"{body}<p>{TEXT}</p><p>{MORE}</p>", head)).moment
    assert moment is not None and moment.on == on


def test_author_language_and_canonical_address_are_declared() -> None:
    head = '<link rel="canonical" href="/story?utm_source=x"><meta name="author" content="A. Writer">'
    page = read(make_page(head=head))
    assert (page.url, page.author, page.language) == ("https://news.example/story", "A. Writer", "en")


@pytest.mark.parametrize("link", ["https://other.example/story", "/", "https://news.example/en/", "javascript:x", ""])
def test_a_canonical_address_elsewhere_or_of_the_front_page_is_not_believed(link: str) -> None:
    assert read(make_page(head=f'<link rel="canonical" href="{link}">')).url == URL


def test_an_amp_page_gives_the_address_of_the_page_itself() -> None:
    body = make_page(head=f'<link rel="canonical" href="{URL}">').replace(b"<html", b"<html amp")
    assert parse_page(body, URL + "/amp", now=NOW).url == URL
    assert parse_page(make_page(), "https://news-example.cdn.ampproject.org/c/s/" + URL[8:], now=NOW).url == URL


def test_tables_and_lists_of_round_ups_are_kept_line_by_line() -> None:
    rows = "".join(f"<tr><td>Company {n}</td><td>${n}M</td><td>Seed</td></tr>" for n in range(1, 4))
    items = "".join(f"<li><b>Company {n}</b> raises ${n} million, led by Example Ventures.</li>" for n in range(4, 7))
    page = read(make_page(f"<article><h1>The week</h1><p>{TEXT}</p><table>{rows}</table><ul>{items}</ul></article>"))
    lines = page.text.split("\n")
    assert "Company 2 | $2M | Seed" in lines
    assert "Company 5 raises $5 million, led by Example Ventures." in lines


FURNITURE = {
    "navigation": '<nav><ul><li><a href="/a">Home</a></li><li><a href="/b">Funding news of the day</a></li></ul></nav>',
    "related stories": f'<div class="related-posts"><ul><li><a href="/x">{MORE} FURNITURE</a></li></ul></div>',
    "a tail of stories": f'<h3>Related stories</h3><p>FURNITURE: {MORE}</p>',
    "a newsletter": '<div class="newsletter-signup"><p>FURNITURE: get our briefing, daily, in your inbox.</p></div>',
    "cookies": '<div id="cookie-banner"><p>FURNITURE: we use cookies, and our partners do, to count readers.</p></div>',
    "sharing": '<div class="social-share"><a href="#">Share FURNITURE</a><a href="#">Tweet</a></div>',
    "comments": '<section id="comments"><p>FURNITURE: I do not believe it, said a reader, and more.</p></section>',
    "a gallery": '<div class="slideshow-controls"><button>FURNITURE Next</button></div>',
    "copyright": "<footer><p>© 2025 FURNITURE. All rights reserved.</p></footer>",
    "chinese tail": '<div class="recommend"><h4>相关阅读</h4><p>FURNITURE：另一家公司也完成了融资。</p></div>',
    "scripts": "<script>var FURNITURE = 'This is a sentence, and so is this.'</script><style>.FURNITURE {}</style>",
    "hidden": '<div style="display: none"><p>FURNITURE is hidden here, and nobody reads it, ever.</p></div>',
}  # fmt: skip


@pytest.mark.parametrize("kind", FURNITURE)
def test_what_stands_around_an_article_is_left_out(kind: str) -> None:
    around = FURNITURE[kind]
    page = read(
        make_page(
            f"<main><article><h1>Larkfield raises $12 million</h1><p>{TEXT}</p><p>{MORE}</p></article>{around}</main>"
        )
    )
    assert page.text == f"{TEXT}\n{MORE}"


AMID = {
    "a line": '<p><b>Also read:</b> <a href="/x">RIVAL raises $99 million in a round led by Other Capital</a></p>',
    "a line in capitals": "<p>RELATED: <a href='/x'>RIVAL raises $5 million, led by Nobody Ventures</a></p>",
    "a chinese line": "<p>相关阅读：<a href='/x'>RIVAL完成两亿元融资，由南山资本领投</a></p>",
    "a box": "<div><h4>More on this</h4><a href='/x'>RIVAL raises $99 million, led by Other Capital</a></div>",
    "a gallery's counter": "<div class='gallery'><img src='/1.jpg'><span>1/12</span></div>",
}  # fmt: skip


@pytest.mark.parametrize("kind", AMID)
def test_other_stories_amid_an_article_are_left_out_and_what_follows_is_kept(kind: str) -> None:
    page = read(
        make_page(f"<article><h1>Larkfield raises $12 million</h1><p>{TEXT}</p>{AMID[kind]}<p>{MORE}</p></article>")
    )
    assert page.text == f"{TEXT}\n{MORE}"


def test_cards_of_other_articles_are_none_of_an_article() -> None:
    card = (
        "<article><h3><a href='/x'>RIVAL raises $99 million</a></h3><p>RIVAL, a maker of legs, it said.</p></article>"
    )
    own = f"<article><h1>Larkfield raises $12 million</h1><p>{TEXT}</p><p>{MORE}</p></article>"
    assert read(make_page(f"<main>{own}<section>{card * 3}</section></main>")).text == f"{TEXT}\n{MORE}"
    # where none of them is the page's own, they are what the page tells
    assert "RIVAL" in read(make_page(f"<main><h1>The week</h1><p>{TEXT}</p>{card * 3}</main>")).text


def test_the_slides_of_a_gallery_are_lines() -> None:
    slides = "".join(
        f"<figure><img src='/{n}.jpg'><figcaption>Company {n} raised ${n} million, it said.</figcaption></figure>"
        for n in range(1, 5)
    )
    page = read(make_page(f"<h1>Startups to watch</h1><div class='gallery'>{slides}</div>"))
    assert page.text.split("\n") == [f"Company {n} raised ${n} million, it said." for n in range(1, 5)]


CONSENT = (
    "When you use our sites, we use cookies to provide them to you, and to measure how you use them.",
    "If you click 'Accept all', we and our partners will store and access information on your device and use cookies.",
    "You can change your choices at any time by clicking the privacy settings at the foot of the page.",
)  # fmt: skip


def test_a_consent_wall_is_no_article_however_much_it_says() -> None:
    wall = "".join(f"<p>{line}</p>" for line in CONSENT)
    with pytest.raises(BadPage) as caught:
        read(make_page(f"<h1>Your privacy at Example News</h1><div>{wall}</div><button>Accept all</button>"))
    assert caught.value.kind == "consent"
    with pytest.raises(BadPage) as caught:
        parse_page(
            make_page("<h1>Bevor Sie fortfahren</h1><p>Wir verwenden Daten, um zu zählen.</p>"),
            "https://consent.news.example/m?continue=x",
            now=NOW,
        )
    assert caught.value.kind == "consent"


def test_a_consent_notice_is_no_part_of_an_article_and_news_of_cookies_is() -> None:
    notice = f"<div><p>{CONSENT[1]}</p></div>"
    assert (
        read(make_page(f"{notice}<article><h1>Larkfield</h1><p>{TEXT}</p><p>{MORE}</p></article>")).text
        == f"{TEXT}\n{MORE}"
    )
    news = "The regulator has fined Larkfield over how it stores personal data, and readers can reject all cookies."
    quote = "“We use your data to help you,” said its founder, and its customers subscribe to access the rest."
    assert (
        read(make_page(f"<article><h1>Larkfield fined</h1><p>{news}</p><p>{quote}</p></article>")).text
        == f"{news}\n{quote}"
    )


@pytest.mark.parametrize(
    "line",
    [
        "This article is for subscribers only.",
        "Already a subscriber? Sign in.",
        "You have 1 free article left this month.",
        "To read the full story, start your free trial today.",
        "Unlock this article with a subscription.",
        "登录后查看全文",
        "本文为付费内容，订阅后可阅读全文。",
        "开通会员，阅读全文",
    ],
)
def test_a_paywall_stub_keeps_its_teaser_and_says_so(line: str) -> None:
    story = f"<h1>Larkfield raises $12 million</h1><p>{TEXT}</p><p>{MORE}</p><div><p>{line}</p></div>"
    page = read(make_page(f"<article>{story}</article>"))
    assert (page.text, page.stub) == (f"{TEXT}\n{MORE}", "paywall")


def test_what_tells_of_pay_and_is_not_said_to_the_reader_is_kept() -> None:
    lines = [
        "该平台推出付费阅读模式，用户订阅可阅读小说，公司去年收入一亿元。",
        TEXT,
        "Users register to access the software, it said.",
    ]
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = read(make_page(f"<article><h1>A platform</h1>{body}</article>"))
    assert (page.text.split("\n"), page.stub) == (lines, None)


def test_an_article_without_any_markup_of_its_own_is_found() -> None:
    page = read(make_page(f"<table><tr><td>Menu</td><td><font>{TEXT}<br><br>{MORE}</font></td></tr></table>"))
    assert TEXT in page.text and MORE in page.text


def test_the_body_in_json_ld_serves_where_the_page_shows_less() -> None:
    page = read(
        make_page("<div id=app></div>", ld(headline="Larkfield raises $12 million", articleBody=f"{TEXT}\n{MORE}"))
    )
    assert page.text == f"{TEXT}\n{MORE}"


def test_a_sources_rules_outrank_the_general_reading() -> None:
    story = f"<div class=b><p>{TEXT}</p><p class=ad>{MORE}</p></div>"
    body = f"<h1>Wrong</h1><h2 class=t>Right</h2><i class=d>2025-01-09</i>{story}<p>{MORE}</p>"
    page = read(make_page(body), rules=PageRules(body=".b", title=".t", date=".d", remove=(".ad",)))
    assert (page.title, page.text, page.moment) == ("Right", TEXT, Moment(date(2025, 1, 9)))


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"", None, "empty"),
        (b"   \n", "text/html", "empty"),
        (b"%PDF-1.7 ...", "text/html", "not_html"),
        (b"\x89PNG\r\n", None, "not_html"),
        (b"plain words", "text/html", "not_html"),
        (b'{"a": 1}', "application/json", "not_html"),
        (b"<svg/>", "image/svg+xml", "not_html"),
        (make_page("<p>Short.</p>"), None, None),
        (make_page(""), "text/html", "no_text"),
        (
            make_page("<p>Before you continue, we value your privacy choices.</p><form><button>OK</button></form>"),
            None,
            "consent",
        ),
        (make_page("<p>Subscribe to continue reading this article.</p>"), None, "paywall"),
        (make_page("", ld(headline="X", isAccessibleForFree=False)), None, "paywall"),
    ],
)
def test_what_holds_no_article_is_told_by_kind(body: bytes, content_type: str | None, kind: str | None) -> None:
    try:
        read(body, content_type=content_type)
    except BadPage as error:
        assert error.kind == kind
    else:
        assert kind is None


def test_a_paid_article_keeps_what_it_shows_and_says_so() -> None:
    assert read(make_page(head=ld(headline="X", isAccessibleForFree="False"))).stub == "paywall"
    assert read(make_page()).stub is None


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for data in (
        body,
        make_page() + body,
        b"<html><script type='application/ld+json'>" + body,
        b"<table><tr><td>" + body,
    ):
        try:
            page = parse_page(data, URL, now=NOW)
        except BadPage:
            continue
        assert page.text and page.title


def test_a_feeds_entry_is_an_article_where_it_is_whole() -> None:
    whole = Entry(URL, "Larkfield raises $12 million", content=f"<p>{TEXT}</p><p>{MORE}</p>")
    page = parse_entry(whole, least=100)
    assert page is not None and page.text == f"{TEXT}\n{MORE}"
    for content in (f"<p>{TEXT} […]</p>", f"<p>{TEXT}</p><p>Read more</p>", "<p>Short.</p>", ""):
        assert parse_entry(Entry(URL, "Larkfield", content=content), least=100) is None


@pytest.mark.parametrize(
    ("text", "usual", "declared", "language"),
    [
        ("青鸟智行完成一亿美元融资，由北岸资本领投", "en", "en", "zh"),
        ("Larkfield raises $12 million", "zh", "zh", "en"),
        ("Larkfield raises $12 million", "zh", "de", "de"),
        ("Moonshot AI（月之暗面）completes a round", "en", None, "en"),
        ("この会社は資金を調達したと発表しました", "zh", "ja", "ja"),
    ],
)
def test_characters_tell_chinese_whatever_a_page_declares(
    text: str, usual: str, declared: str | None, language: str
) -> None:
    assert tell_language(text, usual, declared) == language


def test_an_article_has_the_day_of_its_source_and_the_time_of_the_world() -> None:
    page = Page(URL, "T", TEXT, Moment(date(2025, 1, 22), datetime(2025, 1, 22, 16, tzinfo=UTC)), "A", "en")
    article = build_article(page, source_id="example", language="en", fetched_at=NOW)
    assert (article.published_on, article.published_at, article.source_id) == (
        date(2025, 1, 22),
        page.moment.at,
        "example",
    )  # type: ignore[union-attr]
