from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import Message as Headers

import feedparser
import pytest
from standardwebhooks.webhooks import Webhook

from domain.errors import NotFound
from domain.event import Kind, Status
from domain.money import Money
from domain.week import week_of
from tracker.demo.feeds import WAYS
from tracker.demo.gold import load_gold
from tracker.demo.pages import BadPage, Block, Outlet, Page, load_newsroom, parse_page
from tracker.demo.receiver import start_receiver
from tracker.demo.site import Site, start_site

NEWSROOM = load_newsroom()
OUTLETS = list(NEWSROOM.outlets.values())
WITH_FEED = [outlet for outlet in OUTLETS if outlet.way not in ("listing", "sitemap")]
PAGES = {page_id: page for page_id, _, page in NEWSROOM.iter_pages()}
GOLD = load_gold()
SECRET = "whsec_" + base64.b64encode(b"a secret of the demo").decode()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with start_site() as running:
        yield running


def fetch(url: str, **headers: str) -> tuple[int, Headers, bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def make_page(slug: str = "new-round", title: str = "Newcomer raises $7M", **changes: object) -> Page:
    facts = {"body": "Newcomer has raised $7 million.", "published_at": datetime(2025, 2, 3, 9, tzinfo=UTC)} | changes
    return Page(slug=slug, title=title, **facts)  # type: ignore[arg-type]


def addresses(site: Site, outlet: Outlet) -> set[str]:
    """What an outlet's feed, sitemap or front page points to, without tracking parameters."""
    way = WAYS.get(outlet.way)
    _, _, body = fetch(f"{site.url}/{outlet.id}/{way.file if way else ''}")
    if outlet.way == "sitemap":
        return set(re.findall(r"<loc>(.*?)</loc>", body.decode(outlet.charset)))
    if way is None:
        links = re.findall(r'<h3><a href="(.*?)"', body.decode(outlet.charset))
        return {site.url + link for link in links}
    return {entry.link.partition("?")[0] for entry in feedparser.parse(body).entries}


class TestNewsroom:
    def test_it_has_enough_outlets_pages_and_ways(self) -> None:
        assert len(OUTLETS) >= 8
        assert len(PAGES) >= 60
        assert {outlet.language for outlet in OUTLETS} == {"en", "zh"}
        assert {outlet.way for outlet in OUTLETS} == {*WAYS, "listing"}
        assert "gb18030" in {outlet.charset for outlet in OUTLETS}

    def test_every_page_lies_in_the_three_weeks_in_its_outlets_own_time(self) -> None:
        weeks = {str(week_of(page.published_at.date())) for page in PAGES.values()}
        assert weeks == {"2025-W03", "2025-W04", "2025-W05"}
        assert max(page.published_at.date() for page in PAGES.values()) == date(2025, 2, 2)

    def test_no_two_pages_share_an_address_or_a_text(self) -> None:
        paths = [outlet.path_of(page) for _, outlet, page in NEWSROOM.iter_pages()]
        assert len(set(paths)) == len(paths)
        assert len({page.text for page in PAGES.values()}) == len(PAGES)

    def test_a_transform_rewrites_titles_and_texts_everywhere(self) -> None:
        changed = load_newsroom(transform=lambda text: text.replace("未来智能", "远山回声").replace("105.5", "88.2"))
        texts = "\n".join(f"{page.title}\n{page.teaser}\n{page.text}" for _, _, page in changed.iter_pages())
        assert "远山回声" in texts and "$88.2 million" in texts
        assert "未来智能" not in texts and "105.5" not in texts

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("no head at all", "begins with a head"),
            ("+++\ntitle = 1 2\n+++\nbody", "cannot be read"),
            ("+++\ntitle = 'x'\n+++\nbody", "published"),
            ("+++\ntitle = 'x'\npublished = 2025-01-22T09:00:00\n+++\nbody", "UTC offset"),
        ],
    )
    def test_a_bad_page_is_named(self, text: str, problem: str) -> None:
        with pytest.raises(BadPage, match=problem) as caught:
            parse_page(text, "some-page")
        assert caught.value.subject == "some-page"

    def test_a_folder_without_outlets_is_named(self, tmp_path) -> None:
        with pytest.raises(BadPage, match="without an outlet"):
            load_newsroom(tmp_path)

    def test_the_markup_is_read_in_blocks(self) -> None:
        page = make_page(
            body="One\nline.\n\n## Head\n\n- **a**\n- b\n\n1. c\n\n> d\n\n| x | y |\n| --- | --- |\n| 1 | 2 |"
        )
        assert page.blocks == (
            Block("p", (("One line.",),)),
            Block("h2", (("Head",),)),
            Block("ul", (("**a**",), ("b",))),
            Block("ol", (("c",),)),
            Block("quote", (("d",),)),
            Block("table", (("x", "y"), ("1", "2"))),
        )
        assert page.text == "One line.\nHead\na\nb\nc\nd\nx y\n1 2"


class TestSite:
    @pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
    def test_every_page_is_reachable_from_where_its_outlet_announces_it(self, site: Site, outlet: Outlet) -> None:
        assert addresses(site, outlet) == {site.url + outlet.path_of(page) for page in outlet.pages}

    @pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
    def test_every_page_is_served_in_its_outlets_encoding(self, site: Site, outlet: Outlet) -> None:
        for page in outlet.pages:
            status, headers, body = fetch(site.url + outlet.path_of(page))
            text = body.decode(outlet.charset)
            assert status == 200
            assert headers["Content-Type"] == f"text/html; charset={outlet.charset}"
            assert f'<meta charset="{outlet.charset}">' in text
            plain = re.sub(r"<[^>]+>", "", text).replace("&amp;", "&").replace("&quot;", '"').replace("&#x27;", "'")
            assert page.title in plain
            assert all(line in plain for line in page.text.splitlines() if "|" not in page.body)

    @pytest.mark.parametrize("outlet", WITH_FEED, ids=lambda outlet: outlet.id)
    def test_a_feed_parses_and_its_entries_are_dated(self, site: Site, outlet: Outlet) -> None:
        way = WAYS[outlet.way]
        _, headers, body = fetch(f"{site.url}/{outlet.id}/{way.file}")
        feed = feedparser.parse(body, response_headers={"content-type": headers["Content-Type"]})
        assert not feed.bozo
        assert [entry.title for entry in feed.entries] == [page.title for page in outlet.pages]
        assert all(entry.published_parsed for entry in feed.entries)
        assert all(("content" in entry) == (outlet.way != "rss-summary") for entry in feed.entries)

    def test_the_news_sitemap_tells_title_and_date(self, site: Site) -> None:
        _, _, body = fetch(f"{site.url}/capital-desk/news-sitemap.xml")
        text = body.decode()
        assert text.count("<news:title>") == len(NEWSROOM.outlets["capital-desk"].pages)
        assert "<news:publication_date>2025-01-21T18:40:00-05:00</news:publication_date>" in text

    def test_robots_txt_names_the_sitemap_and_shuts_the_search(self, site: Site) -> None:
        _, headers, body = fetch(f"{site.url}/robots.txt")
        assert headers["Content-Type"].startswith("text/plain")
        assert "Disallow: /*/search" in body.decode()
        assert f"Sitemap: {site.url}/capital-desk/news-sitemap.xml" in body.decode()

    def test_an_outlet_without_a_feed_does_not_point_to_one(self, site: Site) -> None:
        for outlet in OUTLETS:
            _, _, body = fetch(f"{site.url}/{outlet.id}/")
            assert (b'rel="alternate"' in body) == (outlet.way not in ("listing", "sitemap"))

    @pytest.mark.parametrize("path", ["/launch-wire/feed.xml", "/xinzhan/", "/suanli/posts/2025-01-21-deepseek-r1"])
    def test_what_the_reader_has_already_is_answered_with_304(self, site: Site, path: str) -> None:
        status, headers, _ = fetch(site.url + path)
        assert status == 200
        assert fetch(site.url + path, If_None_Match=headers["ETag"])[0] == 304
        assert fetch(site.url + path, If_Modified_Since=headers["Last-Modified"])[0] == 304
        assert fetch(site.url + path, If_None_Match='"other"')[0] == 200
        assert fetch(site.url + path, If_Modified_Since="no date")[0] == 200
        assert fetch(site.url + path, If_Modified_Since="Mon, 06 Jan 2025 00:00:00 GMT")[0] == 200
        assert site.requests[-1] == (path, 200)

    @pytest.mark.parametrize("path", ["/", "/nobody/", "/launch-wire/none", "/launch-wire"])
    def test_an_unknown_path_is_answered_with_404(self, site: Site, path: str) -> None:
        assert fetch(site.url + path)[0] == 404

    def test_a_page_published_at_run_time_appears_in_the_feed_at_once(self) -> None:
        with start_site() as site:
            feed = f"{site.url}/launch-wire/feed.xml"
            _, before, _ = fetch(feed)
            url = site.publish("launch-wire", make_page())
            status, after, body = fetch(feed, If_None_Match=before["ETag"])
            assert status == 200 and after["Last-Modified"] != before["Last-Modified"]
            assert feedparser.parse(body).entries[0].title == "Newcomer raises $7M"
            assert b"Newcomer has raised $7 million." in fetch(url)[2]
            site.publish("launch-wire", make_page(title="Newcomer raises $8M"))
            assert len(site.newsroom.outlets["launch-wire"].pages) == len(NEWSROOM.outlets["launch-wire"].pages) + 1

    def test_publishing_at_an_unknown_outlet_is_refused(self, site: Site) -> None:
        with pytest.raises(NotFound, match="nobody"):
            site.publish("nobody", make_page())

    def test_any_bytes_can_be_served_for_tests_of_bad_input(self, site: Site) -> None:
        url = site.put("/launch-wire/report.pdf", b"%PDF-1.7", "application/pdf", status=503)
        status, headers, body = fetch(url)
        assert (status, headers["Content-Type"], body) == (503, "application/pdf", b"%PDF-1.7")


class TestGold:
    def test_there_is_gold_for_every_page_and_no_other(self) -> None:
        assert set(GOLD) == set(PAGES)

    @pytest.mark.parametrize("page_id", GOLD)
    def test_the_page_bears_out_every_name_and_amount(self, page_id: str) -> None:
        page = PAGES[page_id]
        text = f"{page.title}\n{page.text}"
        for event in GOLD[page_id]:
            names = [*event["company"], *event["lead_investors"], *event["investors"], event["application"]]
            names += [event["application_type"] or ""]
            missing = [form for name in names for form in name.split("|") if form not in text]
            assert not missing
            for field in ("amount", "valuation", "total_raised"):
                if money := event[field]:
                    assert money["said"] in text
                    assert bears_out(money)

    def test_every_event_is_one_of_the_domain(self) -> None:
        for events in GOLD.values():
            for event in events:
                assert event["deal"]
                assert Kind(event["kind"]) and Status(event["status"])
                assert set(event["lead_investors"]) <= set(event["investors"])

    def test_deals_are_told_by_several_outlets_and_in_both_languages(self) -> None:
        tellers: dict[str, set[str]] = {}
        for page_id, events in GOLD.items():
            for event in events:
                tellers.setdefault(event["deal"], set()).add(page_id.split("/")[0])
        languages = {outlet.id: outlet.language for outlet in OUTLETS}
        both = [deal for deal, ids in tellers.items() if {languages[i] for i in ids} == {"en", "zh"}]
        assert len(both) >= 10
        assert sum(not events for events in GOLD.values()) >= 10

    def test_rumours_come_true_at_other_figures(self) -> None:
        told = [event for events in GOLD.values() for event in events if event["deal"] == "oriel-series-c"]
        assert {event["status"] for event in told} == {"rumoured", "announced"}
        assert {event["amount"]["min"] for event in told} == {300_000_000, 340_000_000}


UNITS = {
    "tens of millions": 7,
    "billion": 9,
    "million": 6,
    "crore": 7,
    "亿": 8,
    "千万级": 7,
    "数千万": 7,
    "数百万": 6,
    "万": 4,
}


def bears_out(money: dict[str, object]) -> bool:
    """Whether the words hold the number (or the vague phrase) that the bounds have."""
    value = Money.from_dict(money).value
    said = str(money["said"])
    unit = 10 ** next(zeros for word, zeros in UNITS.items() if word in said)
    number = re.search(r"\d+(?:\.\d+)?", said)
    return value == round(float(number[0]) * unit) if number else value == unit


class TestReceiver:
    def sign(self, body: bytes, secret: str = SECRET) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("msg_1", now, body.decode()),
        }

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def test_a_signed_message_is_kept(self) -> None:
        body = json.dumps({"company": "未来智能"}).encode()
        with start_receiver(SECRET) as receiver:
            assert self.post(receiver.url, body, self.sign(body)) == 204
            (message,) = receiver.wait_for(1)
        assert (message.id, message.payload) == ("msg_1", {"company": "未来智能"})

    @pytest.mark.parametrize("tampered", ["signature", "body", "headers"])
    def test_a_message_that_was_not_signed_with_the_secret_is_refused(self, tampered: str) -> None:
        body = b'{"a": 1}'
        other = "whsec_" + base64.b64encode(b"another secret").decode()
        headers = {} if tampered == "headers" else self.sign(body, other if tampered == "signature" else SECRET)
        sent = b'{"a": 2}' if tampered == "body" else body
        with start_receiver(SECRET) as receiver:
            assert self.post(receiver.url, sent, headers) == 401
            assert receiver.messages == [] and len(receiver.refused) == 1

    def test_it_can_be_told_to_fail_first(self) -> None:
        body = b"{}"
        with start_receiver(SECRET) as receiver:
            receiver.fail_next = 1
            assert [self.post(receiver.url, body, self.sign(body)) for _ in range(2)] == [503, 204]

    def test_waiting_ends_when_the_time_is_over(self) -> None:
        with start_receiver(SECRET) as receiver:
            assert receiver.wait_for(1, timeout=0.05) == []
