"""Sitemaps and sitemap indexes, news sitemaps among them, from downloaded bytes to entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from lxml import etree

from crawler.parse.dates import Moment, parse_date
from crawler.parse.feeds import Entry, NotAFeed, unzip_document
from crawler.parse.text import clean_line
from crawler.parse.urls import canonicalise_url, resolve_url

_MOST_TAGS = 1_000_000


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap points to: pages, and further sitemaps with the time of their last change."""

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[tuple[str, Moment | None], ...] = ()


def parse_sitemap(
    body: bytes, url: str, *, zone: tzinfo = UTC, now: datetime | None = None, limit: int = 50_000
) -> Sitemap:
    """Reads a sitemap's bytes, zipped or plain; raises NotAFeed for everything else."""
    data = unzip_document(body, "a sitemap")
    if not data.strip():
        raise NotAFeed("an empty answer where a sitemap is expected")
    if data.count(b"<") > _MOST_TAGS:
        raise NotAFeed(f"a sitemap of more than {_MOST_TAGS:,} tags")
    root = _parse(data)
    name = etree.QName(root).localname.lower() if root is not None and isinstance(root.tag, str) else ""
    if name == "sitemapindex":
        pairs = ((_child(node, "loc"), _child(node, "lastmod")) for node in _iter_named(root, "sitemap"))
        found = ((resolve_url(loc, url), parse_date(day, zone, now=now)) for loc, day in pairs if loc)
        return Sitemap(sitemaps=tuple((address, moment) for address, moment in found if address))
    if name != "urlset":
        raise NotAFeed(_describe(data, name))
    kept: dict[str, Entry] = {}
    for node in _iter_named(root, "url"):
        if len(kept) >= limit:
            break
        if entry := _read_entry(node, url, zone, now):
            kept.setdefault(entry.url, entry)
    return Sitemap(entries=tuple(kept.values()))


def _parse(data: bytes) -> etree._Element | None:
    # entities stay unresolved and nothing is fetched: a sitemap needs neither
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        return etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeed(f"broken XML where a sitemap is expected ({error})") from error


def _describe(data: bytes, name: str) -> str:
    if name == "html" or b"<html" in data[:2000].lower():
        return "an HTML page where a sitemap is expected"
    if name in ("rss", "feed", "rdf"):
        return "a feed where a sitemap is expected"
    return "no sitemap"


def _read_entry(node: etree._Element, base: str, zone: tzinfo, now: datetime | None) -> Entry | None:
    url = canonicalise_url(_child(node, "loc"), base)
    if url is None:
        return None
    news = next(_iter_named(node, "news"), None)
    published = _child(news, "publication_date") if news is not None else ""
    publication = next(_iter_named(news, "publication"), None) if news is not None else None
    return Entry(
        url=url,
        title=_child(news, "title") if news is not None else "",
        moment=parse_date(published or _child(node, "lastmod"), zone, now=now),
        language=(_child(publication, "language")[:2].lower() or None) if publication is not None else None,
    )


def _iter_named(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of a local name, in any name space: publishers invent their own."""
    for child in parent:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            yield child


def _child(parent: etree._Element, name: str) -> str:
    found = next(_iter_named(parent, name), None)
    return clean_line("".join(found.itertext())) if found is not None else ""
