"""Manners: robots.txt with its limits, hosts that ask to be left alone for a while, pages that forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from protego import Protego
from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import StopDownload
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.failures import Flaw, Refused, explain
from crawler.parse.urls import get_host

# what a robots.txt says behind this is not read; RFC 9309 asks for 500 KiB
_MAX_ROBOTS = 512 * 1024
_MAX_CRAWL_DELAY = 30.0
_FIRST_WAIT = 5.0
_LONGEST = timedelta(days=2)
_TRIES = 3
_MOST_FORWARDING = 8 * 1024


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, which holds seconds or a date; None where it cannot be read."""
    if not value:
        return None
    text = value.strip()
    if text.isdecimal():
        return float(min(int(text[:9]), int(_LONGEST.total_seconds())))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return max(0.0, min(wait, _LONGEST).total_seconds())


class RetryAfter:
    """Waits as long as a host asks by 429 or 503, or leaves it for a later crawl where that is too long."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._patience = crawler.settings.getfloat("PATIENCE")
        self._closed: dict[str, datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfter:
        """Builds it from the crawler's settings."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets a request pass unless its host is left for a later crawl."""
        if (until := self._closed.get(get_host(request.url))) is not None:
            raise _refuse(until)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Takes 429 and 503 as what they say."""
        if response.status not in (429, 503):
            return response
        now = datetime.now(UTC)
        asked = parse_retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), now)
        tries = request.meta.get("retry_times", 0)
        wait = asked if asked is not None else _FIRST_WAIT * 2**tries
        if wait > self._patience or tries >= _TRIES:
            if asked is None:
                return response
            until = now + timedelta(seconds=wait)
            self._closed[get_host(request.url)] = until
            raise _refuse(until)
        self._hold(request, wait)
        again = get_retry_request(
            request, spider=self._crawler.spider, reason=f"HTTP {response.status}", max_retry_times=_TRIES
        )
        return again or response

    def _hold(self, request: Request, wait: float) -> None:
        """Keeps the host's queue shut; requests to other hosts go on."""
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot"))
        if slot is not None:
            # the queue looks at the last request's time only where there is a delay
            slot.delay = max(slot.delay, 0.001)
            slot.lastseen = max(slot.lastseen, monotonic() + wait)


class Forwarding(MetaRefreshMiddleware):
    """Goes where a page forwards by its markup; such pages are small, and looking for it means decoding them."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Takes a page that forwards for a redirect."""
        if len(response.body) > _MOST_FORWARDING:
            return response
        found: Request | Response = super().process_response(request, response)
        return found


class Throttle(AutoThrottle):
    """Adapts the delay to a host's answers, but never below what its robots.txt or its source's file asks for."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        asked = self.crawler.engine.downloader.per_slot_settings.get(get_host(response.url), {}).get("delay", 0.0)
        slot.delay = max(slot.delay, asked)


def _refuse(until: datetime) -> Refused:
    return Refused(Flaw("asked_to_wait", f"its server asks to be left alone until {until:%Y-%m-%d %H:%M} UTC", until))


class Robots(RobotsTxtMiddleware):
    """Obeys robots.txt and its Crawl-delay; where it cannot be had, nothing is fetched (RFC 9309)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._flaws: dict[str, Flaw] = {}
        crawler.signals.connect(self._slow_down, signals.robots_parsed)
        crawler.signals.connect(self._break_off, signals.bytes_received)

    async def process_request(self, request: Request) -> None:
        """Lets a request pass or raises; asks for robots.txt first where it is not known yet."""
        if request.meta.get("dont_obey_robotstxt"):
            # it is read up to a limit of its own, not refused for being large
            request.meta["download_maxsize"] = 16 * _MAX_ROBOTS
        await super().process_request(request)

    def _break_off(self, data: bytes, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            request.meta["received"] = request.meta.get("received", 0) + len(data)
            if request.meta["received"] > _MAX_ROBOTS:
                raise StopDownload(fail=False)

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Raises where robots.txt forbids the request or could not be had."""
        if flaw := self._flaws.get(_netloc(request)):
            raise Refused(flaw)
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            words = f"its robots.txt cannot be had (HTTP {response.status}), and without it nothing is fetched"
            self._flaws[netloc] = Flaw("robots_missing", words)
        # an error page is no robots.txt, whatever it says
        body = response.body[:_MAX_ROBOTS] if response.status == 200 else b""
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._flaws[netloc] = explain(exc)
        super()._robots_error(exc, netloc)

    def _slow_down(self, robotparser: Any, request: Request) -> None:
        rules: Protego = robotparser.rp
        wait = rules.crawl_delay(self._default_useragent)
        if not wait:
            return
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings.setdefault(get_host(request.url), {})["delay"] = min(float(wait), _MAX_CRAWL_DELAY)
        if slot := downloader.slots.get(get_host(request.url)):
            slot.delay = max(slot.delay, min(float(wait), _MAX_CRAWL_DELAY))


def _netloc(request: Request) -> str:
    return str(urlparse_cached(request).netloc)
