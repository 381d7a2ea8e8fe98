"""The ways in which a source tells of its articles: one function each, all of them in WAYS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import chain, zip_longest

from crawler.parse.articles import build_article
from crawler.parse.feeds import Entry, parse_feed
from crawler.parse.form_d import parse_form_d
from crawler.parse.listings import parse_listing
from crawler.parse.pages import Page, PageRules, parse_page
from crawler.parse.sitemaps import parse_sitemap
from crawler.sources import Source, Way
from domain.article import Article


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave; `root` is the address in the source's file that led there."""

    body: bytes
    url: str
    content_type: str | None
    now: datetime
    root: str = ""
    depth: int = 0
    """How many addresses lie between the root and this one."""


@dataclass(frozen=True, slots=True)
class Index:
    """What one address tells: articles, and further addresses to read in the same way."""

    entries: tuple[Entry, ...]
    more: tuple[str, ...] = ()
    changed: Mapping[str, date] = field(default_factory=dict)
    """When some of the further addresses changed last."""

    @property
    def latest(self) -> list[str]:
        """The further addresses, by turns the last changed and one that does not say when it changed.

        Of those that say nothing, or the same, the newest may stand at either end: both ends come before the middle.
        """
        inwards = dict.fromkeys(chain.from_iterable(zip(reversed(self.more), self.more, strict=True)))
        dated = sorted((url for url in inwards if url in self.changed), key=self.changed.__getitem__, reverse=True)
        undated = (url for url in inwards if url not in self.changed)
        return [url for turn in zip_longest(dated, undated) for url in turn if url is not None]

    @property
    def oldest(self) -> date | None:
        """The day of its oldest entry, None where most have no date."""
        days = [entry.moment.on for entry in self.entries if entry.moment]
        return min(days) if days and len(days) * 2 > len(self.entries) else None


def _read_feed(answer: Answer, source: Source) -> Index:
    feed = parse_feed(answer.body, answer.url, content_type=answer.content_type, zone=source.zone, now=answer.now)
    return Index(feed.entries)


def _read_sitemap(answer: Answer, source: Source) -> Index:
    found = parse_sitemap(answer.body, answer.url, zone=source.zone, now=answer.now)
    changed = {address: moment.on for address, moment in found.sitemaps if moment}
    return Index(found.entries, tuple(address for address, _ in found.sitemaps), changed)


def _read_listing(answer: Answer, source: Source) -> Index:
    listing = next(found for found in (*source.listings, *source.archives) if answer.root in (found.url, found.page(1)))
    page = parse_listing(
        answer.body,
        answer.url,
        links=listing.links,
        next_link=listing.next,
        wants=source.wants if source.article else None,
        content_type=answer.content_type,
        zone=source.zone,
        now=answer.now,
    )
    following = page.next_url
    if not following and page.entries and "{page}" in listing.url:
        following = listing.page(answer.depth + 2)
    return Index(page.entries, (following,) if following and answer.depth + 1 < listing.pages else ())


def read_article(
    answer: Answer, entry: Entry, *, source_id: str, language: str, reader: str, rules: PageRules, zone: tzinfo
) -> tuple[Article, str | None]:
    """The article of a page, read as its source's file says, and why it is not whole; BadPage where there is none."""
    page = READERS[reader](
        answer.body,
        answer.url,
        content_type=answer.content_type,
        zone=zone,
        entry=entry,
        rules=rules,
        now=answer.now,
    )
    return build_article(page, source_id=source_id, language=language, fetched_at=answer.now), page.stub


READERS: Mapping[str, Callable[..., Page]] = {"html": parse_page, "form-d": parse_form_d}
"""What reads a source's pages."""

WAYS: Mapping[Way, Callable[[Answer, Source], Index]] = {
    "feed": _read_feed,
    "sitemap": _read_sitemap,
    "listing": _read_listing,
}
