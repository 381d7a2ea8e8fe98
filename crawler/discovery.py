"""Finding out how an outlet tells of its articles: its feeds, its sitemaps, or its front page as a list.

homepage ─→ announced feeds, usual addresses, robots.txt ─→ each tried ─→ the best one ─→ a draft of a source
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from crawler.drafts import draft_source, name_source
from crawler.parse.articles import tell_language
from crawler.parse.feeds import Entry
from crawler.parse.metadata import read_metadata
from crawler.parse.text import clean_line
from crawler.parse.urls import resolve_url
from crawler.sources import Source, Way
from domain.errors import SourceError

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_USUAL_FEEDS = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
_USUAL_SITEMAPS = ("news-sitemap.xml", "sitemap_news.xml", "sitemap.xml")
_COMMENTS = re.compile(r"comments?|评论", re.IGNORECASE)
_LEAST_LINKS = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address to try, in the order of promise."""

    way: Way
    url: str
    announced: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What an address turned out to be."""

    candidate: Candidate
    title: str
    language: str | None
    entries: tuple[Entry, ...]
    body: bytes = b""

    def rank(self, homepage: str) -> tuple[bool, bool, bool, bool, int]:
        """The outlet's own before its neighbours', announced before guessed, dated before undated, feeds, more."""
        place = homepage.rpartition("/")[0]
        own = sum(entry.url.startswith(place) for entry in self.entries) * 2 > len(self.entries)
        dated = sum(entry.moment is not None for entry in self.entries) * 2 > len(self.entries)
        return (own, self.candidate.announced, dated, self.candidate.way == "feed", len(self.entries))


@dataclass(slots=True)
class Findings:
    """What is known of an outlet so far."""

    homepage: str
    name: str = ""
    language: str | None = None
    tried: list[Tried] = field(default_factory=list)


def find_candidates(tree: etree._Element, url: str) -> list[Candidate]:
    """The feeds that a page announces, without those of comments, then the usual addresses."""
    announced = [
        Candidate("feed", found, announced=True)
        for link in tree.iter("link")
        if "alternate" in link.get("rel", "").lower() and link.get("type", "").lower().split(";")[0] in _FEED_TYPES
        if not _COMMENTS.search(link.get("title", "") + link.get("href", ""))
        if (found := resolve_url(link.get("href", ""), url))
    ]
    base = url if url.endswith("/") else url + "/"
    usual = [Candidate("feed", urljoin(base, path)) for path in _USUAL_FEEDS]
    usual += [Candidate("sitemap", urljoin(url, "/" + path)) for path in _USUAL_SITEMAPS]
    return _unique([*announced, *usual])


def find_sitemaps(robots: str) -> list[Candidate]:
    """The sitemaps that a robots.txt names, those of news first."""
    lines = re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", robots[: 512 * 1024])
    urls = [found for line in lines if (found := resolve_url(line))]
    return _unique([Candidate("sitemap", url, announced=True) for url in sorted(urls, key=lambda u: "news" not in u)])


def describe_page(tree: etree._Element, findings: Findings) -> None:
    """Takes the outlet's name and language from its front page."""
    metas = {(m.get("property") or m.get("name") or "").lower(): m.get("content", "") for m in tree.iter("meta")}
    title = next((clean_line("".join(e.itertext())) for e in tree.iter("title")), "")
    findings.name = clean_line(metas.get("og:site_name") or re.split(r"\s+[|–—·-]\s+|[_|｜]", title)[0])[:200]
    findings.language = read_metadata(tree).language


def choose(findings: Findings) -> Tried | None:
    """The best of the addresses that told of articles."""
    found = (tried for tried in findings.tried if tried.entries)
    return max(found, key=lambda tried: tried.rank(findings.homepage), default=None)


def draft_found(findings: Findings, taken: Iterable[str]) -> Source:
    """The source file for what was found; SourceError where nothing tells of articles."""
    best = choose(findings)
    if best is None:
        raise SourceError(findings.homepage, "no feed, no sitemap and no list of articles found")
    titles = " ".join(entry.title for entry in best.entries[:20])
    usual = best.language or findings.language or "en"
    facts: dict[str, Any] = {
        "name": findings.name or best.title or findings.homepage,
        "homepage": findings.homepage,
        "language": tell_language(titles, usual, usual),
        "expect": {"min": 1, "max": max(60, 4 * len(best.entries))},
    }
    if best.candidate.way == "listing":
        facts["listings"] = [{"url": best.candidate.url}]
        facts["article"] = guess_pattern([entry.url for entry in best.entries])
    else:
        facts[f"{best.candidate.way}s"] = [best.candidate.url]
    return draft_source(name_source(findings.homepage, taken), facts)


def guess_pattern(urls: Sequence[str]) -> str | None:
    """What the addresses of most articles have in common; None where that is nothing."""
    for pattern in (r"/20\d\d/", r"/20\d\d-?\d\d", r"/\d{4,}", r"/[\w-]+-[\w-]+-[\w-]+"):
        if sum(re.search(pattern, url) is not None for url in urls) > 0.7 * len(urls):
            return pattern
    return None


def is_list(entries: Sequence[Entry]) -> bool:
    """Whether a page lists enough to be a list of articles."""
    return len(entries) >= _LEAST_LINKS


def _unique(candidates: Iterable[Candidate]) -> list[Candidate]:
    kept: dict[str, Candidate] = {}
    for candidate in candidates:
        kept.setdefault(candidate.url, candidate)
    return list(kept.values())
