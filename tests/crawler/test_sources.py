from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.drafts import mark_verified, name_source, render_source, write_source
from crawler.fixtures import check_fixture
from crawler.opml import parse_opml, render_opml
from crawler.sources import SHIPPED, Source, choose_sources, load_source, load_sources, parse_source
from domain.errors import BadInput, SourceError
from tests.crawler.conftest import make_source

SOURCES = load_sources()
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*/expected.json"))


def test_there_are_enough_sources_of_both_languages_and_of_every_way() -> None:
    assert len(SOURCES) >= 80
    assert sum(source.language == "zh" for source in SOURCES) >= 25
    assert all(any(getattr(source, way) for source in SOURCES) for way in ("feeds", "sitemaps", "listings", "archives"))


def test_no_address_is_asked_twice_and_no_outlet_filed_twice() -> None:
    addresses = [url for source in SOURCES for _, url in source.addresses]
    assert len(addresses) == len(set(addresses))
    assert len({source.homepage for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_every_source_says_what_an_operator_wants_to_know(source: Source) -> None:
    assert source.country
    assert source.timezone != "UTC" or source.id == "reuters"
    assert 0.3 <= source.trust <= 1
    # nothing here was tried against the live sites: `sources check` is what says otherwise
    assert not source.verified


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("feeds = ['ftp://news.example/']", "feeds.0: not an http or https address"),
        ("feeds = 'https://news.example/feed'", "feeds: Input should be a valid tuple"),
        ("language = 'english'", "language: String should match pattern"),
        ("timezone = 'Peking'", "timezone: not a time zone"),
        ("cadence = 'hourly'", "cadence: not an interval"),
        ("article = '('", "article: not a regular expression"),
        ("trust = 2", "trust: Input should be less than or equal to 1"),
        ("budget = 0", "budget: Input should be greater than"),
        ("colour = 'red'", "colour: Extra inputs are not permitted"),
        ("id = 'x'", "id: the file's name is the id"),
        ("pages = { body = '..' }", "pages.body: not a CSS selector"),
        ("listings = [{ url = 'https://news.example/', nxt = 'a' }]", "listings.0.nxt: Extra inputs"),
        ("archives = [{ url = 'https://news.example/' }]", "archives.0: url needs {page}"),
        ("language = ", "not TOML"),
    ],
)
def test_a_bad_line_is_told_by_file_and_field(line: str, problem: str, tmp_path: Path) -> None:
    facts = {
        "name": "'X'",
        "homepage": "'https://news.example/'",
        "language": "'en'",
        "feeds": "['https://news.example/f']",
    }
    facts.pop(line.split(" = ")[0], None)
    file = tmp_path / "bad.toml"
    file.write_text("\n".join([*(f"{name} = {value}" for name, value in facts.items()), line]), "utf-8")
    with pytest.raises(SourceError) as caught:
        load_source(file)
    assert caught.value.subject == str(file)
    assert problem in str(caught.value)


def test_a_source_needs_a_way_and_a_file_a_proper_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="needs feeds, sitemaps or listings"):
        make_source()
    (tmp_path / "Bad Name.toml").write_text("name = 'x'")
    with pytest.raises(SourceError, match="small letters, digits and hyphens"):
        load_sources(tmp_path)
    with pytest.raises(SourceError, match="'nobody': no source of that id"):
        choose_sources(SOURCES, ["nobody"])
    assert choose_sources([make_source(feeds=["https://a.example/"], enabled=False)], []) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_source_is_written_as_it_was_read(source: Source, tmp_path: Path) -> None:
    assert load_source(write_source(source, tmp_path)) == source


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@given(name=words, article=st.sampled_from(["/a/", r"\d+\.html", "新闻/"]), low=st.integers(0, 9))
def test_any_name_survives_writing(name: str, article: str, low: int) -> None:
    import tomllib

    source = make_source(name=name, feeds=["https://news.example/f"], article=article, expect={"min": low, "max": 9})
    assert parse_source("example", tomllib.loads(render_source(source))) == source


def test_a_new_file_overwrites_none(tmp_path: Path) -> None:
    source = make_source(feeds=["https://news.example/f"])
    write_source(source, tmp_path)
    with pytest.raises(SourceError, match="is there already"):
        write_source(source, tmp_path)


@pytest.mark.parametrize("source_id", ["techcrunch", "pedaily", "sec-form-d"])
@pytest.mark.parametrize("with_line", [True, False])
def test_verified_is_set_and_every_other_line_left_alone(source_id: str, with_line: bool, tmp_path: Path) -> None:
    text = (SHIPPED / f"{source_id}.toml").read_text("utf-8")
    file = tmp_path / f"{source_id}.toml"
    file.write_text(text if with_line else text.replace("verified = false\n", ""), "utf-8")
    assert mark_verified(file, True)
    assert not mark_verified(file, True)
    assert load_source(file).verified
    assert [line for line in text.splitlines() if "verified" not in line and line] == [
        line for line in file.read_text("utf-8").splitlines() if "verified" not in line and line
    ]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.example.co.uk/news/", "example"),
        ("https://feeds.example.com/rss", "example"),
        ("https://ai.example.org/", "ai-example"),
        ("http://127.0.0.1:8000/x", "127-0-0-1"),
        ("https://36kr.com/", "36kr"),
    ],
)
def test_a_source_is_named_after_its_site(url: str, name: str) -> None:
    assert name_source(url) == name
    assert name_source(url, [name]) == f"{name}-2"


def test_feeds_go_out_and_come_in_as_opml() -> None:
    outlines = parse_opml(render_opml(SOURCES).encode(), "all.opml")
    assert [outline.feed for outline in outlines] == [feed for source in SOURCES for feed in source.feeds]
    assert {outline.title for outline in outlines} <= {source.name for source in SOURCES}


def test_opml_of_other_readers_is_read_folders_and_all() -> None:
    body = b"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body>
    <outline text="Folder &x;"><outline TITLE="One" XMLURL="https://one.example/feed?key=1" htmlUrl="https://one.example"/>
    <outline text="Two" xmlUrl="https://one.example/feed"/><outline text="None" xmlUrl="mailto:x"/>
    <outline text="Again" xmlUrl="https://one.example/feed"/></outline></body></opml>"""
    first, second = parse_opml(body, "x")
    assert (first.title, first.feed) == ("One", "https://one.example/feed?key=1")
    assert second.feed == "https://one.example/feed"


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"nothing", b"\xff\xfe"])
def test_what_is_no_opml_is_told_by_name(body: bytes) -> None:
    with pytest.raises(BadInput, match=r"list\.opml: not OPML"):
        parse_opml(body, "list.opml")


@pytest.mark.parametrize("expected", FIXTURES, ids=lambda file: file.parent.name)
def test_every_fixture_is_read_as_on_the_day_it_was_made(expected: Path) -> None:
    source = next(source for source in SOURCES if source.id == expected.parent.name)
    check_fixture(expected.parent, source)


def test_a_fixture_that_is_read_differently_is_told(tmp_path: Path) -> None:
    place = tmp_path / "sec-form-d"
    shutil.copytree(FIXTURES[0].parent, place)
    (place / "feed").write_text((place / "feed").read_text("utf-8").replace("Larkfield", "Larkspur"), "utf-8")
    source = next(source for source in SOURCES if source.id == "sec-form-d")
    with pytest.raises(SourceError, match="is not read any more"):
        check_fixture(place, source)


def test_a_filings_index_leads_to_the_filing_itself() -> None:
    source = next(source for source in SOURCES if source.id == "sec-form-d")
    folder = "https://www.sec.gov/Archives/edgar/data/2050001/000205000125000001"
    assert source.locate(f"{folder}/0002050001-25-000001-index.htm") == f"{folder}/primary_doc.xml"
