"""The spider that looks at one outlet: its front page, its robots.txt, and every address that may tell of articles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.discovery import Candidate, Findings, Tried, describe_page, find_candidates, find_sitemaps, is_list
from crawler.failures import Flaw, explain
from crawler.parse.encodings import decode_bytes
from crawler.parse.feeds import NotAFeed, parse_feed
from crawler.parse.listings import parse_listing
from crawler.parse.pages import BadPage, check_markup
from crawler.parse.sitemaps import parse_sitemap
from crawler.parse.text import parse_markup

_MOST = 30


class DiscoverySpider(Spider):
    """Looks at the outlet of one address; `findings` and `page` hold what it saw, `flaw` why it saw nothing."""

    name = "discovery"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.findings = Findings(url)
        self.flaw: Flaw | None = None
        self._seen: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Asks for the address itself."""
        yield Request(self.findings.homepage, callback=self.read_start, errback=self.note_failure)

    def read_start(self, response: Response) -> Iterator[Request]:
        """Reads the address: it is a feed itself, or a page that leads to some."""
        if self._try(Candidate("feed", response.url, announced=True), response):
            self.findings.homepage = urljoin(response.url, "/")
            return
        content_type = _content_type(response)
        try:
            check_markup(response.body, content_type)
            listing = parse_listing(response.body, response.url, content_type=content_type)
        except BadPage as error:
            self.flaw = Flaw(error.kind, str(error))
            return
        tree = parse_markup(decode_bytes(response.body, content_type))
        assert tree is not None
        self.findings.homepage = response.url
        describe_page(tree, self.findings)
        if is_list(listing.entries):
            here = Candidate("listing", response.url)
            self.findings.tried.append(Tried(here, self.findings.name, None, listing.entries, response.body))
        yield self._ask(Candidate("feed", urljoin(response.url, "/robots.txt")), self.read_robots)
        for candidate in find_candidates(tree, response.url):
            yield from self._ask_once(candidate)

    def read_robots(self, response: Response, candidate: Candidate) -> Iterator[Request]:
        """Asks for the sitemaps that robots.txt names."""
        for found in find_sitemaps(decode_bytes(response.body)):
            yield from self._ask_once(found)

    def read_candidate(self, response: Response, candidate: Candidate) -> None:
        """Reads what may be a feed or a sitemap."""
        self._try(candidate, response)

    def note_failure(self, failure: Any) -> None:
        """Notes that the address itself cannot be had; what is only guessed need not be there."""
        if failure.request.callback == self.read_start:
            self.flaw = explain(failure.value)

    def _ask_once(self, candidate: Candidate) -> Iterator[Request]:
        if candidate.url not in self._seen and len(self._seen) < _MOST:
            self._seen.add(candidate.url)
            yield self._ask(candidate, self.read_candidate)

    def _ask(self, candidate: Candidate, callback: Any) -> Request:
        return Request(
            candidate.url,
            callback=callback,
            errback=self.note_failure,
            cb_kwargs={"candidate": candidate},
            dont_filter=True,
        )

    def _try(self, candidate: Candidate, response: Response) -> bool:
        now = datetime.now(UTC)
        try:
            if candidate.way == "sitemap":
                entries, title, language = parse_sitemap(response.body, response.url, now=now).entries, "", None
            else:
                feed = parse_feed(response.body, response.url, content_type=_content_type(response), now=now)
                entries, title, language = feed.entries, feed.title, feed.language
        except NotAFeed:
            return False
        self.findings.tried.append(Tried(candidate, title, language, entries, response.body))
        return True


def _content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
