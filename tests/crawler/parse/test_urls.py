from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.urls import canonicalise_url, get_site, is_front_page, is_same_site, resolve_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://News.Example:443/a?b=1#c", "https://news.example/a?b=1"),
        ("http://news.example:80", "http://news.example/"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/a?utm_source=x&utm_medium=y&id=7", "https://news.example/a?id=7"),
        ("https://news.example/a?fbclid=1&gclid=2&spm=3&share_token=4", "https://news.example/a"),
        ("https://news.example/a?from=singlemessage&isappinstalled=0", "https://news.example/a"),
        ("https://news.example/a?from=3", "https://news.example/a?from=3"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
        ("https://news.example/a;jsessionid=1F?x=1", "https://news.example/a?x=1"),
        ("https://news.example/./b/../c", "https://news.example/c"),
        ("https://news.example/%7euser/%e4%bd%a0", "https://news.example/~user/%E4%BD%A0"),
        ("https://news.example/你好", "https://news.example/%E4%BD%A0%E5%A5%BD"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("  https://news.example/a\n b ", "https://news.example/ab"),
        ("https://news.example/?20250122", "https://news.example/?20250122"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://news-example.cdn.ampproject.org/c/s/news.example/a?b=1", "https://news.example/a?b=1"),
        ("https://www.google.com/amp/s/news.example/a/amp", "https://news.example/a/amp"),
        ("https://news.example/amp/s/a.b", "https://news.example/amp/s/a.b"),
    ],
)
def test_a_page_has_one_address(url: str, canonical: str) -> None:
    assert canonicalise_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:a@b.example",
        "javascript:x",
        "/relative",
        "ftp://a.example/",
        "http://",
        "http://[",
        "https://a:b:c/",
    ],
)
def test_what_is_no_pages_address_is_none(url: str) -> None:
    assert canonicalise_url(url) is None


def test_addresses_are_joined_to_their_page_and_feeds_are_left_as_they_are() -> None:
    assert canonicalise_url("../b?utm_source=x", "https://news.example/a/c/") == "https://news.example/a/b"
    assert canonicalise_url("//cdn.example/a", "https://news.example/") == "https://cdn.example/a"
    assert (
        resolve_url("/feed?rss=G1Q&utm_source=x#top", "https://news.example/")
        == "https://news.example/feed?rss=G1Q&utm_source=x"
    )
    assert resolve_url("mailto:x", "https://news.example/") is None


paths = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@given(paths, paths)
def test_a_canonical_address_is_its_own(path: str, query: str) -> None:
    once = canonicalise_url(f"https://news.example/{path}?{query}")
    assert once is None or canonicalise_url(once) == once


@given(st.text(max_size=100), st.text(max_size=40))
def test_no_text_breaks_it(url: str, base: str) -> None:
    canonicalise_url(url)
    canonicalise_url(url, "https://news.example/" + base)
    resolve_url(url, "https://news.example/")


def test_sites_are_told_by_their_registrable_domain() -> None:
    assert is_same_site("https://www.example.co.uk/a", "https://news.example.co.uk/b")
    assert not is_same_site("https://a.co.uk/", "https://b.co.uk/")
    assert not is_same_site("http://127.0.0.1:1/", "http://127.0.0.1:2/")
    assert (
        not is_same_site("https://a.github.io/", "https://b.github.io/")
        or get_site("https://a.github.io/") == "github.io"
    )


@pytest.mark.parametrize(
    ("url", "front"),
    [("/", True), ("/en/", True), ("/zh-CN", True), ("/index.html", True), ("/?p=7", False), ("/story", False)],
)
def test_front_pages_are_no_articles(url: str, front: bool) -> None:
    assert is_front_page("https://news.example" + url) is front
