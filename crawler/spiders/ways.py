"""The ways in which a source tells of its articles: one function each, all of them in WAYS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.parse.feeds import Entry, parse_feed
from crawler.parse.listings import parse_listing
from crawler.parse.sitemaps import parse_sitemap
from crawler.sources import Source, Way


@dataclass(frozen=True, slots=True)
class Index:
    """What one address tells: articles, and further addresses to read in the same way."""

    entries: tuple[Entry, ...]
    more: tuple[str, ...] = ()


def _read_feed(body: bytes, url: str, content_type: str | None, source: Source, now: datetime) -> Index:
    return Index(parse_feed(body, url, content_type=content_type, zone=source.zone, now=now).entries)


def _read_sitemap(body: bytes, url: str, content_type: str | None, source: Source, now: datetime) -> Index:
    found = parse_sitemap(body, url, zone=source.zone, now=now)
    return Index(found.entries, tuple(address for address, _ in found.sitemaps))


def _read_listing(body: bytes, url: str, content_type: str | None, source: Source, now: datetime) -> Index:
    listing = next((listing for listing in source.listings if listing.url == url), source.listings[0])
    page = parse_listing(
        body,
        url,
        links=listing.links,
        next_link=listing.next,
        wants=source.wants if source.article else None,
        content_type=content_type,
        zone=source.zone,
        now=now,
    )
    return Index(page.entries, (page.next_url,) if page.next_url else ())


WAYS: Mapping[Way, Callable[[bytes, str, str | None, Source, datetime], Index]] = {
    "feed": _read_feed,
    "sitemap": _read_sitemap,
    "listing": _read_listing,
}
