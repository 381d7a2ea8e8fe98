"""Listing pages, where an outlet has no feed: links to articles with what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from cssselect import HTMLTranslator
from lxml import etree

from crawler.parse.dates import Moment, parse_date
from crawler.parse.encodings import decode_bytes
from crawler.parse.feeds import Entry
from crawler.parse.pages import BadPage, check_markup
from crawler.parse.text import clean_line, parse_markup
from crawler.parse.urls import canonicalise_url, is_front_page, is_same_site, resolve_url

_FURNITURE = re.compile(
    r"/(?:tags?|categor(?:y|ies)|topics?|authors?|about|contact|search|login|signin|subscribe|privacy|terms|page)(?:/|$|\?)",
    re.IGNORECASE,
)
_MAYBE_DATE = re.compile(r"\d|刚|昨|ago|today|yesterday", re.IGNORECASE)
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class ListingPage:
    """The entries of one page of a list, in its order, and the address of the next page."""

    entries: tuple[Entry, ...]
    next_url: str | None = None


def parse_listing(
    body: bytes,
    url: str,
    *,
    links: str | None = None,
    next_link: str | None = None,
    wants: Callable[[str], bool] | None = None,
    content_type: str | None = None,
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> ListingPage:
    """Reads a listing's bytes; raises BadPage where it is no HTML.

    A link is an entry where it stays on the site and `wants` takes its address; where neither that nor a selector
    chooses, its words have to be a headline's.
    """
    check_markup(body, content_type)
    tree = parse_markup(decode_bytes(body, content_type))
    if tree is None:
        raise BadPage("empty", "an empty page")
    base = next((b.get("href") for b in tree.iter("base") if b.get("href")), None)
    base = (canonicalise_url(base, url) if base else None) or url
    kept: dict[str, Entry] = {}
    for link in _select(tree, links or "a[href]"):
        entry = _read_link(link, base, url, wants, zone, now)
        # an image and a headline often link to the same page: the words win
        if entry and (entry.url not in kept or len(entry.title) > len(kept[entry.url].title)):
            kept[entry.url] = entry
    entries = tuple(entry for entry in kept.values() if links or wants or _is_headline(entry.title))
    following = next((link.get("href") for link in _select(tree, next_link)), None) if next_link else None
    return ListingPage(entries, resolve_url(following, base) if following else None)


def _read_link(
    link: etree._Element, base: str, own: str, wants: Callable[[str], bool] | None, zone: tzinfo, now: datetime | None
) -> Entry | None:
    href = link.get("href") or ""
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    target = canonicalise_url(href, base)
    if target is None or target == canonicalise_url(own) or is_front_page(target):
        return None
    if not is_same_site(target, own) or _FURNITURE.search(target) or (wants and not wants(target)):
        return None
    title = clean_line("".join(link.itertext())) or clean_line(link.get("title", ""))
    return Entry(target, title, _find_moment(link, zone, now))


def _find_moment(link: etree._Element, zone: tzinfo, now: datetime | None) -> Moment | None:
    """The date beside a link, in the smallest block around it that holds one and no other entry."""
    block = link
    for _ in range(4):
        block = block.getparent()
        if block is None or block.tag in ("ul", "ol", "main", "body", "html", "tbody", "table"):
            return None
        if len({a.get("href") for a in block.iter("a") if len(clean_line("".join(a.itertext()))) > 12}) > 1:
            return None
        for element in block.iter():
            if not isinstance(element.tag, str) or element.tag == "a":
                continue
            text = element.get("datetime") or clean_line(element.text or "")
            moment = parse_date(text, zone, now=now) if 4 <= len(text) <= 40 and _MAYBE_DATE.search(text) else None
            if moment:
                return moment
    return None


def _is_headline(title: str) -> bool:
    return len(re.findall(r"\w+", title)) >= _LEAST_WORDS or len(re.findall(r"[\u3400-\u9fff]", title)) >= 6


def _select(tree: etree._Element, selector: str) -> list[etree._Element]:
    return list(tree.xpath(HTMLTranslator().css_to_xpath(selector)))
