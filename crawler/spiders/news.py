"""The spider: asks each source what it has new, and fetches the pages of that.

source's addresses ─→ read_index (feed, sitemap, listing) ─→ read_page ─→ Found ─→ pipeline
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.failures import explain
from crawler.parse.articles import build_article
from crawler.parse.feeds import Entry, NotAFeed
from crawler.parse.pages import BadPage, parse_entry, parse_page
from crawler.report import Tally
from crawler.sources import Source, Way
from crawler.spiders.ways import WAYS, Index
from domain.article import Article
from storage.store import Store

# what a page holds back is no fault of the crawl
_EXPECTED = ("paywall", "consent")


@dataclass(frozen=True, slots=True)
class Found:
    """An article on its way to the store."""

    article: Article
    tally: Tally


class NewsSpider(Spider):
    """Crawls the sources given into the store given."""

    name = "news"

    def __init__(self, sources: Iterable[Source], store: Store, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sources = {source.id: source for source in sources}
        self.store = store
        self.tallies = {source_id: Tally(source_id) for source_id in self.sources}

    async def start(self) -> AsyncIterator[Request]:
        """Asks for every address that tells of articles."""
        for source in self.sources.values():
            for way, url in source.addresses:
                yield self._ask_index(source, way, url)

    def _ask_index(self, source: Source, way: Way, url: str, depth: int = 0) -> Request:
        return Request(
            url,
            callback=self.read_index,
            errback=self.note_failure,
            cb_kwargs={"source_id": source.id, "way": way, "depth": depth},
            priority=100,
            dont_filter=True,
        )

    def read_index(self, response: Response, source_id: str, way: Way, depth: int) -> Iterator[Request | Found]:
        """Reads a feed, sitemap or listing, and asks for the pages that it tells of."""
        source, tally = self.sources[source_id], self.tallies[source_id]
        try:
            index = WAYS[way](response.body, response.url, _content_type(response), source, datetime.now(UTC))
        except (NotAFeed, BadPage) as error:
            tally.blame(response.url, str(error))
            return
        tally.count("entries", len(index.entries))
        if not index.entries and not index.more:
            tally.blame(response.url, f"an empty {way}")
        yield from self._follow(index, source, tally, way, depth)

    def _follow(self, index: Index, source: Source, tally: Tally, way: Way, depth: int) -> Iterator[Request | Found]:
        for url in index.more:
            yield self._ask_index(source, way, url, depth + 1)
        for entry in index.entries:
            if not source.wants(entry.url):
                continue
            page = parse_entry(entry, least=400) if source.full_text else None
            if page:
                yield self._find(page, source, tally)
            elif tally.counts["asked"] < source.budget:
                tally.count("asked")
                yield self._ask_page(source, entry)

    def _ask_page(self, source: Source, entry: Entry) -> Request:
        return Request(
            entry.url,
            callback=self.read_page,
            errback=self.note_failure,
            cb_kwargs={"source_id": source.id, "entry": entry},
        )

    def read_page(self, response: Response, source_id: str, entry: Entry) -> Iterator[Found]:
        """Reads an article's page."""
        source, tally = self.sources[source_id], self.tallies[source_id]
        tally.count("pages")
        try:
            page = parse_page(
                response.body,
                response.url,
                content_type=_content_type(response),
                zone=source.zone,
                entry=entry,
                rules=source.rules,
            )
        except BadPage as error:
            tally.count(error.kind)
            if error.kind not in _EXPECTED:
                tally.blame(response.url, str(error))
            return
        yield self._find(page, source, tally)

    def _find(self, page: Any, source: Source, tally: Tally) -> Found:
        article = build_article(page, source_id=source.id, language=source.language, fetched_at=datetime.now(UTC))
        return Found(article, tally)

    def note_failure(self, failure: Any) -> None:
        """Notes what could not be downloaded, and goes on."""
        request = failure.request
        self.tallies[request.cb_kwargs["source_id"]].blame(request.url, explain(failure.value))


def _content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
