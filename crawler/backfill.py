"""Looking for a source's articles of the past: where to ask, how far to go on, and what to take of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.parse.dates import parse_url_date
from crawler.parse.feeds import Entry
from crawler.sources import Source, Way
from crawler.spiders.ways import Index
from domain.errors import BadInput

_MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class Address:
    """An address to ask; `root` is what led there, as the source's file has it."""

    way: Way
    url: str
    root: str


@dataclass(frozen=True, slots=True)
class Span:
    """The days between which articles are looked for, both of them included."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise BadInput(f"{self.since} to {self.until}", "ends before it begins")

    def holds(self, entry: Entry) -> bool:
        """Whether an entry may lie in the span: an undated one may."""
        moment = entry.moment or parse_url_date(entry.url)
        return moment is None or self.since <= moment.on <= self.until

    def iter_days(self) -> Iterator[date]:
        """Yields its days, the latest first."""
        day = self.until
        while day >= self.since:
            yield day
            day -= timedelta(days=1)


def plan_addresses(source: Source, span: Span | None) -> list[Address]:
    """Where to ask a source: for what is new, or for what lies in a span."""
    if span and source.archives:
        return [Address(a.way, url, a.url) for a in source.archives for url in _fill(a.url, span)]
    listings = [Address("listing", listing.page(1), listing.url) for listing in source.listings]
    maps = [Address("sitemap", url, url) for url in source.sitemaps]
    # a feed tells of the last days only
    feeds = [Address("feed", url, url) for url in source.feeds] if span is None else []
    return [*feeds, *maps, *listings]


def find_more(index: Index, root: str, depth: int, span: Span) -> tuple[str, ...]:
    """Where to go on after an address, as long as older articles of the span may follow."""
    if index.oldest and index.oldest < span.since:
        return ()
    if "{page}" in root:
        return (root.format(page=depth + 2),) if index.entries and depth + 2 <= _MAX_PAGES else ()
    # a sitemap that changed last before the span began has nothing of it
    return tuple(url for url in index.more if not (url in index.changed and index.changed[url] < span.since))


def _fill(template: str, span: Span) -> list[str]:
    if "{page}" in template:
        return [template.format(page=1)]
    filled = (template.format(year=f"{day:%Y}", month=f"{day:%m}", day=f"{day:%d}") for day in span.iter_days())
    return list(dict.fromkeys(filled))
