from __future__ import annotations

import gzip
import io
import mailbox
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.backfill import Span
from crawler.crawl import complete_address
from crawler.drafts import render_source
from crawler.files import tell_kind
from crawler.filing import file_articles
from crawler.fixtures import check_fixture
from crawler.parse.form_d import parse_form_d
from crawler.parse.pages import BadPage
from crawler.sources import load_source
from domain.errors import BadInput, SourceError
from storage.store import Store
from tests.crawler.conftest import make_source, texts
from tests.crawler.sites import LocalSite, render_article, render_rss
from tracker.cli import app

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch, warm: None) -> None:
    monkeypatch.setenv("ROUNDWATCH_CRAWL_ALLOW_NETWORKS", "127.0.1.0/24")
    monkeypatch.setenv("ROUNDWATCH_CRAWL_DELAY", "0")


def put_outlet(site: LocalSite) -> None:
    urls = [site.put(f"/2025/01/2{n}/story", render_article(f"Company {n} raises ${n} million")) for n in range(1, 7)]
    site.put("/feed.xml", render_rss(urls), "application/rss+xml")
    links = '<link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml">'
    comments = '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments">'
    site.put(
        "/", f"<html lang=en><head><title>News of Example | Home</title>{comments}{links}</head><body>Hi</body></html>"
    )


def test_an_outlet_is_added_by_its_address_checked_and_crawled(site: LocalSite, store: Store, tmp_path: Path) -> None:
    put_outlet(site)
    folder, fixtures = tmp_path / "sources", tmp_path / "fixtures"
    added = RUNNER.invoke(app, ["sources", "add", site.url, "--into", str(folder), "--fixtures", str(fixtures)])
    assert added.exit_code == 0, added.output
    [file] = folder.glob("*.toml")
    source = load_source(file)
    assert (source.name, source.feeds, source.verified) == ("News of Example", (site.url + "/feed.xml",), False)
    check_fixture(fixtures / source.id, source)

    checked = RUNNER.invoke(app, ["sources", "check", "--sources", str(folder)])
    assert checked.exit_code == 0, checked.output
    assert "works" in checked.stdout
    assert load_source(file).verified

    site.put("/feed.xml", "gone", status=410)
    failed = RUNNER.invoke(app, ["sources", "check", "--sources", str(folder)])
    assert (failed.exit_code, load_source(file).verified) == (1, False)
    assert "HTTP 410" in failed.stdout


def test_a_front_page_without_feed_becomes_a_listing_and_an_empty_one_an_error(site: LocalSite, tmp_path: Path) -> None:
    items = "".join(
        f'<h2><a href="/story/{1000 + n}.html">The company number {n} raises money</a></h2>' for n in range(8)
    )
    site.put("/list", f"<html><head><meta property='og:site_name' content='Listed'></head><body>{items}</body></html>")
    site.put("/void", "<html><body>Nothing here.</body></html>")
    options = ["--into", str(tmp_path), "--fixtures", str(tmp_path / "f")]
    assert RUNNER.invoke(app, ["sources", "add", site.url + "/list", *options]).exit_code == 0
    [file] = tmp_path.glob("*.toml")
    source = load_source(file)
    assert (source.name, source.article) == ("Listed", r"/\d{4,}")
    assert source.listings[0].url == site.url + "/list"
    nothing = RUNNER.invoke(app, ["sources", "add", site.url + "/void", *options])
    assert nothing.exit_code == 1
    assert "no feed, no sitemap and no list of articles found" in nothing.stderr


def test_an_outlet_that_a_source_asks_already_is_not_added_again(site: LocalSite, tmp_path: Path) -> None:
    site.put("/feed", render_rss([site.url + "/1"]), "application/rss+xml")
    options = ["--into", str(tmp_path / "sources"), "--fixtures", str(tmp_path / "fixtures")]
    assert RUNNER.invoke(app, ["sources", "add", site.url + "/feed", *options]).exit_code == 0
    again = RUNNER.invoke(app, ["sources", "add", site.url + "/feed", *options])
    assert again.exit_code == 1
    assert "asks it already" in again.stderr
    assert len(list((tmp_path / "sources").iterdir())) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("news.example/ai", "https://news.example/ai"),
        ("127.0.0.1:8000", "https://127.0.0.1:8000"),
        ("http://localhost/", "http://localhost/"),
        ("newspaper", None),
        ("ftp://news.example/", None),
    ],
)
def test_an_address_is_understood_as_browsers_do(typed: str, meant: str | None) -> None:
    if meant:
        assert complete_address(typed) == meant
    else:
        with pytest.raises(SourceError, match="not an http or https address"):
            complete_address(typed)


def test_when_no_source_works_no_file_is_changed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        source = make_source(name, feeds=["http://127.0.1.254:1/feed"], verified=True)
        (tmp_path / f"{name}.toml").write_text(render_source(source))
    checked = RUNNER.invoke(app, ["sources", "check", "--sources", str(tmp_path)])
    assert checked.exit_code == 1
    assert "is this machine on the network?" in checked.stderr
    assert all("verified = true" in file.read_text() for file in tmp_path.iterdir())


def test_opml_is_imported_once_and_exported(tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text('<opml><body><outline text="One" xmlUrl="https://one.example/feed"/></body></opml>')
    arguments = ["sources", "import", str(file), "--into", str(tmp_path / "s"), "--language", "zh"]
    assert "1 source files written" in RUNNER.invoke(app, arguments).stderr
    assert "0 source files written" in RUNNER.invoke(app, arguments).stderr
    exported = RUNNER.invoke(app, ["sources", "export", "--sources", str(tmp_path / "s")])
    assert 'xmlUrl="https://one.example/feed"' in exported.stdout
    assert 'language="zh"' in exported.stdout


def test_the_table_shows_every_source_with_its_health(tmp_path: Path, store: Store) -> None:
    (tmp_path / "one.toml").write_text(
        "name = 'One'\nhomepage = 'https://one.example/'\nlanguage = 'en'\nfeeds = ['https://one.example/f']\n"
    )
    shown = RUNNER.invoke(app, ["sources", "--sources", str(tmp_path), "--store", store.url])
    assert "| one | One | en |  | 0.50 | 1h | no | new |" in shown.stdout


def test_the_past_is_looked_for_between_two_days(site: LocalSite, store: Store, tmp_path: Path) -> None:
    def story(day: str) -> str:
        page = render_article(f"Company of {day} raises $5 million").replace("2025-01-22", day)
        return site.put(f"/story-{day}", page)

    def entry(day: str) -> str:
        return f"<url><loc>{story(day)}</loc><lastmod>{day}</lastmod></url>"

    site.put(
        "/map.xml", f"<urlset>{''.join(entry(f'2025-01-{n:02}') for n in (5, 9, 12, 20))}</urlset>", "application/xml"
    )
    site.put("/old.xml", f"<urlset>{entry('2024-11-05')}</urlset>", "application/xml")
    maps = [("old", "2024-12-01"), ("map", "2025-01-21")]
    index = "".join(f"<sitemap><loc>{site.url}/{n}.xml</loc><lastmod>{d}</lastmod></sitemap>" for n, d in maps)
    site.put("/index.xml", f"<sitemapindex>{index}</sitemapindex>", "application/xml")
    for page, days in enumerate((("03-12", "03-11"), ("03-10", "03-07"), ("03-01", "02-27"), ("02-01", "01-30")), 1):
        links = [(story(f"2025-{day}"), f"2025-{day}T10:00:00Z") for day in days]
        site.put(f"/feed?paged={page}", render_rss(links), "application/rss+xml")
    site.put("/2025/02/04/", f'<h2><a href="{story("2025-02-04")}">News of the fourth of February</a></h2>')
    (tmp_path / "mapped.toml").write_text(
        f"name = 'Mapped'\nhomepage = '{site.url}/'\nlanguage = 'en'\nsitemaps = ['{site.url}/index.xml']\n"
    )
    head = f"homepage = '{site.url}/'\nlanguage = 'en'\nfeeds = ['{site.url}/feed']\n"
    paged = f"name = 'Paged'\n{head}[[archives]]\nway = 'feed'\nurl = '{site.url}/feed?paged={{page}}'\n"
    (tmp_path / "paged.toml").write_text(paged)
    dated = f"name = 'Dated'\n{head}[[archives]]\nurl = '{site.url}/{{year}}/{{month}}/{{day}}/'\n"
    (tmp_path / "dated.toml").write_text(dated)

    def backfill(source_id: str, since: str, until: str) -> set[str]:
        before = set(texts(store))
        options = ["--since", since, "--until", until, "--sources", str(tmp_path), "--store", store.url]
        ran = RUNNER.invoke(app, ["sources", "backfill", source_id, *options])
        assert ran.exit_code == 0, ran.output
        return {url.rpartition("story-")[2] for url in set(texts(store)) - before}

    assert backfill("mapped", "2025-01-06", "2025-01-15") == {"2025-01-09", "2025-01-12"}
    assert "/old.xml" not in site.paths()
    assert backfill("paged", "2025-03-01", "2025-03-10") == {"2025-03-10", "2025-03-07", "2025-03-01"}
    assert "/feed?paged=4" not in site.paths()
    assert backfill("dated", "2025-02-03", "2025-02-05") == {"2025-02-04"}
    assert store.sources.get_states("paged").keys() <= {""}


def test_a_span_that_ends_before_it_begins_is_an_error() -> None:
    with pytest.raises(BadInput, match="ends before it begins"):
        Span(date(2025, 2, 1), date(2025, 1, 1))


def write_warc(file: Path, pages: dict[str, tuple[str, bytes]]) -> None:
    with file.open("wb") as opened:
        for url, (head, body) in pages.items():
            payload = head.encode() + b"\r\n\r\n" + body
            record = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-01-23T10:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{abs(hash(url)) % 10**12:012}>\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(payload)}\r\n\r\n"
            )
            opened.write(gzip.compress(record.encode() + payload + b"\r\n\r\n"))


def test_pages_of_known_sources_are_read_from_a_warc_file(tmp_path: Path, store: Store) -> None:
    ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8"
    file = tmp_path / "CC-NEWS-20250123.warc.gz"
    story = render_article("Company raises $7 million").encode()
    zipped = gzip.compress(render_article("Zipped Company raises $8 million").encode())
    write_warc(
        file,
        {
            "https://news.example/2025/story?utm_source=x": (ok, story),
            "https://www.news.example/2025/zipped": (ok + "\r\nContent-Encoding: gzip", zipped),
            "https://news.example/": (ok, story),
            "https://news.example/about": (ok, story),
            "https://other.example/2025/story": (ok, story),
            "https://news.example/2025/gone": ("HTTP/1.1 404 Not Found\r\nContent-Type: text/html", story),
            "https://news.example/2025/picture": ("HTTP/1.1 200 OK\r\nContent-Type: image/png", b"\x89PNG"),
            "https://news.example/2025/undated": (ok, b"<article><h1>About</h1><p>" + b"Words, and more. " * 20),
        },
    )
    source = make_source(feeds=["https://news.example/feed"], article="/2025/")
    report = file_articles([file], [source], store)
    assert set(texts(store)) == {"https://news.example/2025/story", "https://www.news.example/2025/zipped"}
    assert (report.counts["new"], report.counts["undated"], report.problems) == (2, 1, ())


def test_a_broken_file_is_told_by_name_and_the_others_are_read(tmp_path: Path, store: Store) -> None:
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 900\r\n\r\nhalf")[:40])
    good = tmp_path / "good.eml"
    good.write_bytes(make_mail().as_bytes())
    note = tmp_path / "note.txt"
    note.write_text("no mail at all")
    ran = RUNNER.invoke(app, ["sources", "read", str(broken), str(note), str(good), "--store", store.url])
    assert ran.exit_code == 1
    assert f"{note}: neither a WARC file nor a mailbox nor a mail" in ran.stderr
    assert "1 new" in ran.stderr


def make_mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    facts = {
        "Subject": "The week in rounds",
        "From": "Example Letters <letter@mail.example>",
        "Date": "Fri, 24 Jan 2025 23:30:00 +0800",
        "Message-ID": "<one@mail.example>",
    }
    for name, value in (facts | headers).items():
        message[name] = value
    items = "".join(
        f"<li>Company {n} raises ${n} million in a seed round led by Example Ventures.</li>" for n in range(1, 5)
    )
    message.set_content("In plain words only.")
    message.add_alternative(
        f"<html><body><p>Good morning, dear readers of the letter.</p><ul>{items}</ul></body></html>", subtype="html"
    )
    return message


def test_a_newsletter_is_an_article_with_each_deal_on_a_line_of_its_own(tmp_path: Path, store: Store) -> None:
    box = mailbox.mbox(tmp_path / "letters", create=True)
    box.add(make_mail())
    box.add(
        make_mail(**{"Message-ID": "<two@mail.example>", "Subject": "Short", "Archived-At": "<https://mail.example/2>"})
    )
    chinese = EmailMessage()
    chinese["Subject"] = "一周融资"
    chinese["From"] = "周报 <weekly@zhoubao.example>"
    text = "青鸟智行完成一亿美元融资，由北岸资本领投，多家机构跟投，资金将用于研发和扩大团队规模。\n" * 3
    chinese.set_content(text, charset="gb18030", cte="base64")
    box.add(chinese)
    box.add(b"\xff\xfe not a message at all")
    box.flush()
    letter = make_source(
        "letter", homepage="https://www.mail.example/", feeds=["https://mail.example/f"], timezone="Asia/Shanghai"
    )
    report = file_articles([tmp_path / "letters"], [letter], store)
    found = {article.url: article for _, article in store.articles.iter_pending("none")}
    issue = found["mid:one@mail.example"]
    assert issue.source_id == "letter"
    assert issue.text.splitlines()[1:3] == [
        f"Company {n} raises ${n} million in a seed round led by Example Ventures." for n in (1, 2)
    ]
    assert issue.published_on == date(2025, 1, 24)
    assert "https://mail.example/2" in found
    [weekly] = [article for article in found.values() if article.title == "一周融资"]
    assert (weekly.source_id, weekly.language) == ("mail-zhoubao", "zh")
    assert report.problems == (f"{tmp_path / 'letters'}: message 4: a message without a subject or without text",)


def test_files_are_told_apart_by_what_is_in_them(tmp_path: Path) -> None:
    for name, body, kind in (
        ("a", b"WARC/1.0\r\n", "warc"),
        ("b", b"From x\n", "mbox"),
        ("c", b"Received: x\n", "eml"),
    ):
        (tmp_path / name).write_bytes(body)
        assert tell_kind(tmp_path / name) == kind


FORM = """<?xml version="1.0"?><edgarSubmission xmlns="http://www.sec.gov/edgar/formd"><primaryIssuer>
<entityName>Larkfield Robotics, Inc.</entityName><issuerAddress><city>AUSTIN</city>
<stateOrCountryDescription>TEXAS</stateOrCountryDescription></issuerAddress></primaryIssuer><offeringData>
<industryGroup><industryGroupType>{industry}</industryGroupType></industryGroup>
<typeOfFiling><dateOfFirstSale><value>2025-01-10</value></dateOfFirstSale></typeOfFiling>
<typesOfSecuritiesOffered><isEquityType>true</isEquityType></typesOfSecuritiesOffered>
<offeringSalesAmounts><totalOfferingAmount>{total}</totalOfferingAmount><totalAmountSold>{sold}</totalAmountSold>
</offeringSalesAmounts><investors><totalNumberAlreadyInvested>12</totalNumberAlreadyInvested></investors>
<signatureBlock><signature><signatureDate>2025-01-22</signatureDate></signature></signatureBlock></offeringData></edgarSubmission>"""


def make_form(industry: str = "Other Technology", total: str = "20000000", sold: str = "12500000") -> bytes:
    return FORM.format(industry=industry, total=total, sold=sold).encode()


def test_a_form_d_is_an_article_with_exact_amounts() -> None:
    page = parse_form_d(make_form(), "https://www.sec.gov/x/primary_doc.xml")
    assert page.title == "Larkfield Robotics, Inc. raises $12,500,000, its Form D says"
    assert "Larkfield Robotics, Inc. has raised $12,500,000 in equity financing, according to a Form D" in page.text
    assert "Its place of business is Austin, Texas." in page.text.splitlines()
    assert "The whole offering is for $20,000,000." in page.text
    assert page.moment and page.moment.on == date(2025, 1, 22)
    assert "The whole offering" not in parse_form_d(make_form(total="Indefinite"), "https://www.sec.gov/x").text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (make_form(industry="Pooled Investment Fund"), "out_of_scope"),
        (make_form(sold="0"), "out_of_scope"),
        (b"<html><body>Request rate exceeded</body></html>", "not_html"),
        (b"<edgarSubmission/>", "no_text"),
        (b"\xff", "not_html"),
        (io.BytesIO(b'<!DOCTYPE x [<!ENTITY e "ha">]><edgarSubmission>&e;</edgarSubmission>').read(), "no_text"),
    ],
)
def test_what_is_no_companys_form_d_is_told(body: bytes, kind: str) -> None:
    with pytest.raises(BadPage) as caught:
        parse_form_d(body, "https://www.sec.gov/x/primary_doc.xml")
    assert caught.value.kind == kind
