"""The spider: asks each source what it has new, and fetches the pages of that.

a source's addresses ─→ read_index (feed, sitemap, listing) ─→ ledger ─→ frontier
frontier, once the source's addresses are read ─→ read_page ─→ Found ─→ pipeline ─→ store
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.backfill import Span, find_more, plan_addresses
from crawler.failures import Flaw, Refused, explain
from crawler.ledger import Found, Ledger, Validators
from crawler.parse.articles import build_article
from crawler.parse.feeds import Entry, NotAFeed
from crawler.parse.pages import BadPage, Page, parse_entry
from crawler.reading import Reading
from crawler.sources import Source, Way
from crawler.spiders.ways import WAYS, Answer, Index, read_article
from domain.article import Article

log = logging.getLogger(__name__)

# a feed's entry of less text than this may be a teaser
_WHOLE = 400
_MAX_DEPTH = 500
# sitemaps lead to sitemaps: so many addresses of a source are read in one crawl, those that changed last before others
_MOST_ADDRESSES = 500
_INDEX_PRIORITY = 100
# all sources' pages go through one reader: those of a source that spoils so many readings wait for the next crawl
_MOST_SPOILT = 3
_READ_AT_ONCE = 2
_SPOILING = frozenset(("too_slow", "too_heavy", "reader_died"))


class Postponed(Refused):
    """A page that waits for the next crawl."""


class Postponing:
    """Lets no page be downloaded that would not be read."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Postponing:
        """Builds it for the crawler's spider."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets a request pass or raises Postponed."""
        spider, told = self._crawler.spider, request.cb_kwargs
        if "entry" in told and isinstance(spider, NewsSpider) and spider.postpones(told["source_id"]):
            raise Postponed(Flaw("postponed", "its source has spoilt too many readings"))


class NewsSpider(Spider):
    """Crawls the sources given."""

    name = "news"
    custom_settings: ClassVar[dict[str, Any]] = {"DOWNLOADER_MIDDLEWARES": {Postponing: 50}}

    def __init__(
        self, sources: Iterable[Source], ledger: Ledger, reading: Reading, span: Span | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sources = {source.id: source for source in sources}
        self.ledger = ledger
        self.reading = reading
        self.span = span
        self._open: Counter[str] = Counter()
        self._asked: set[tuple[str, str]] = set()
        self._told: Counter[str] = Counter()
        self._spoilt: Counter[str] = Counter()
        self._turns = {id: asyncio.Semaphore(_READ_AT_ONCE) for id in self.sources}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Builds it so that it hears of its own mistakes."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.note_mistake, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Asks for every address that tells of articles."""
        for source in self.sources.values():
            addresses = plan_addresses(source, self.span)
            self._open[source.id] = len(addresses)
            if not addresses:
                words = "has neither archives nor sitemaps nor listings to look for the past in"
                self.ledger.note_index_flaw(source, source.homepage, Flaw("no_archive", words))
            for address in addresses:
                yield self._ask_index(source, address.way, address.url, address.root)

    def _ask_index(self, source: Source, way: Way, url: str, root: str, depth: int = 0) -> Request:
        """Asks for an address; `root` is the one in the source's file that led there."""
        self._asked.add((source.id, url))
        self._told[source.id] += 1
        state = self.ledger.get_state(source, url)
        shown = {} if self.span else {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        return Request(
            url,
            headers={name: value for name, value in shown.items() if value},
            callback=self.read_index,
            errback=self.note_index_failure,
            cb_kwargs={"source_id": source.id, "way": way, "root": root, "asked": url, "depth": depth},
            meta={"handle_httpstatus_list": [304], "scripts": source.scripts and way == "listing"},
            priority=_INDEX_PRIORITY,
            dont_filter=True,
        )

    async def read_index(
        self, response: Response, source_id: str, way: Way, root: str, asked: str, depth: int
    ) -> AsyncIterator[Request]:
        """Reads a feed, sitemap or listing, and asks for the pages once the source has no other address to read."""
        source = self.sources[source_id]
        if response.status == 304:
            self.ledger.note_unchanged(source, asked)
        else:
            async for request in self._read_index(response, source, way, root, asked, depth):
                yield request
        for request in self._close_index(source):
            yield request

    async def _read_index(
        self, response: Response, source: Source, way: Way, root: str, asked: str, depth: int
    ) -> AsyncIterator[Request]:
        now = datetime.now(UTC)
        try:
            answer = Answer(response.body, response.url, _header(response, "Content-Type"), now, root, depth)
            index = await self.reading.run(WAYS[way], answer, source)
        except (NotAFeed, BadPage) as error:
            kind = error.kind if isinstance(error, BadPage) else "not_a_feed"
            self.ledger.note_index_flaw(source, asked, Flaw(kind, str(error)))
            return
        if self.span:
            index = replace(index, more=find_more(index, root, depth, self.span))
        elif not index.entries and not index.more and source.expect.min:
            self.ledger.note_index_flaw(source, asked, Flaw("empty", f"an empty {way}"))
            return
        new = self._note_index(response, source, asked, index, now)
        # behind a page of a list that tells nothing new there is nothing new either; of the past there may be
        further = index.latest if depth < _MAX_DEPTH and (new or self.span or way != "listing") else ()
        unasked = 0
        for url in further:
            if (source.id, url) in self._asked:
                continue
            if self._may_ask(source):
                self._open[source.id] += 1
                yield self._ask_index(source, way, url, root, depth + 1)
            else:
                unasked += 1
        if unasked:
            self.ledger.note_unasked(source, asked, unasked)

    def _may_ask(self, source: Source) -> bool:
        return self.span is not None or self._told[source.id] < _MOST_ADDRESSES

    def _note_index(self, response: Response, source: Source, asked: str, index: Index, now: datetime) -> int:
        told = (entry for entry in index.entries if self.span is None or self.span.holds(entry))
        entries = [replace(entry, url=source.locate(entry.url)) for entry in told if source.wants(entry.url)]
        whole = []
        if source.full_text:
            pages = [(entry, parse_entry(entry, least=_WHOLE)) for entry in entries]
            whole = [self._find(page, entry, source, now) for entry, page in pages if page]
        # an address that leads to others must be read again while those may be unread
        validators = Validators() if index.more else _read_validators(response)
        return self.ledger.note_index(source, asked, entries, whole, validators)

    def note_index_failure(self, failure: Any) -> Iterator[Request]:
        """Notes that an address could not be fetched, and goes on."""
        told = failure.request.cb_kwargs
        source = self.sources[told["source_id"]]
        flaw = explain(failure.value)
        # a day without articles, or the page behind the last one
        if not (self.span and flaw.kind == "http_404" and told["asked"] != told["root"]):
            self.ledger.note_index_flaw(source, told["asked"], flaw)
        yield from self._close_index(source)

    def _close_index(self, source: Source) -> Iterator[Request]:
        self._open[source.id] -= 1
        if self._open[source.id] == 0:
            for entry in self.ledger.find_pending(source):
                yield self._ask_page(source, entry)

    def _ask_page(self, source: Source, entry: Entry) -> Request:
        return Request(
            entry.url,
            callback=self.read_page,
            errback=self.note_page_failure,
            cb_kwargs={"source_id": source.id, "entry": entry},
            meta={"scripts": source.scripts},
            dont_filter=True,
        )

    async def read_page(self, response: Response, source_id: str, entry: Entry) -> AsyncIterator[Found]:
        """Reads an article's page."""
        source = self.sources[source_id]
        self.ledger.tallies[source_id].count("pages")
        answer = Answer(response.body, response.url, _header(response, "Content-Type"), datetime.now(UTC))
        try:
            async with self._turns[source_id]:
                read = await self._read_article(answer, entry, source)
        except BadPage as error:
            self._spoilt[source_id] += error.kind in _SPOILING
            for found in self._fall_back(source, entry, Flaw(error.kind, str(error))):
                yield found
        else:
            if read:
                yield Found(source_id, entry.url, *read)

    def postpones(self, source_id: str) -> bool:
        """Whether a source has spoilt so many readings that the rest of its pages wait for the next crawl."""
        return self._spoilt[source_id] >= _MOST_SPOILT

    async def _read_article(self, answer: Answer, entry: Entry, source: Source) -> tuple[Article, str | None] | None:
        """The article of a page and why it is not whole; None where the source has spoilt too many readings by now."""
        if self.postpones(source.id):
            self.ledger.tallies[source.id].count("postponed")
            return None
        return await self.reading.run(
            read_article,
            answer,
            entry,
            source_id=source.id,
            language=source.language,
            reader=source.reader,
            rules=source.rules,
            zone=source.zone,
        )

    def note_page_failure(self, failure: Any) -> Iterator[Found]:
        """Notes that a page could not be fetched, and goes on."""
        told = failure.request.cb_kwargs
        if isinstance(failure.value, Postponed):
            self.ledger.tallies[told["source_id"]].count("postponed")
        else:
            yield from self._fall_back(self.sources[told["source_id"]], told["entry"], explain(failure.value))

    def _fall_back(self, source: Source, entry: Entry, flaw: Flaw) -> Iterator[Found]:
        """Keeps headline and summary of an article that its publisher holds back; they often tell the deal."""
        if flaw.is_expected and entry.title and entry.summary:
            self.ledger.tallies[source.id].count("teasers")
            page = Page(entry.url, entry.title, entry.summary, entry.moment, entry.author, entry.language, flaw.kind)
            yield self._find(page, entry, source, datetime.now(UTC))
        else:
            self.ledger.note_page_flaw(source, entry.url, flaw)

    def note_mistake(self, failure: Any, response: Any) -> None:
        """Reports an exception that no bad input accounts for."""
        source_id = response.request.cb_kwargs["source_id"]
        words = f"cannot be read because of a mistake in the program ({type(failure.value).__name__}: {failure.value})"
        log.error("%s: %s", response.url, failure.getTraceback())
        self.ledger.tallies[source_id].blame(response.url, words)
        if "root" in response.request.cb_kwargs:
            for request in self._close_index(self.sources[source_id]):
                self.crawler.engine.crawl(request)

    @staticmethod
    def _find(page: Page, entry: Entry, source: Source, now: datetime) -> Found:
        article = build_article(page, source_id=source.id, language=source.language, fetched_at=now)
        return Found(source.id, entry.url, article)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _read_validators(response: Response) -> Validators:
    return Validators(_header(response, "ETag"), _header(response, "Last-Modified"))
