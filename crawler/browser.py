"""Downloads pages that need scripts with a browser, where the operator has set one up; all others as ever.

It needs the package `playwright` and a Chromium program (ROUNDWATCH_CRAWL_BROWSER). Every request of a page, and every
hop of a redirect, is checked against the same networks as the crawler's own, and only what makes text is loaded.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse, Response

from crawler.failures import Flaw, Refused
from crawler.headers import BoundedFactory
from crawler.network import Gate, PrivateAddress
from crawler.parse.urls import get_host

_USELESS = frozenset(("image", "media", "font", "stylesheet", "ping", "websocket", "eventsource"))
_HOPS = 8
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserHandler(HTTP11DownloadHandler):
    """Takes requests marked with `scripts` to a browser."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        self._program = crawler.settings["BROWSER"]
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._user_agent = crawler.settings["USER_AGENT"]
        self._gate = Gate(crawler.settings.getlist("ALLOWED_NETWORKS"))
        self._starting = asyncio.Lock()
        self._playwright: Any = None
        self._browser: Any = None

    async def download_request(self, request: Request) -> Response:
        """Downloads with the browser where the request asks for scripts and there is one."""
        if self._program and request.meta.get("scripts"):
            return await self._browse(request)
        return await super().download_request(request)

    async def close(self) -> None:
        """Ends the browser."""
        if self._browser is not None:
            await self._browser.close()
            await self._playwright.stop()
        await super().close()

    async def _browse(self, request: Request) -> Response:
        from playwright.async_api import Error, TimeoutError

        context = await (await self._start()).new_context(user_agent=self._user_agent, service_workers="block")
        refusals: list[Refused] = []
        try:
            await context.route("**/*", lambda route: self._pass(route, refusals))
            page = await context.new_page()
            answer = await page.goto(request.url, timeout=self._seconds * 1000, wait_until="domcontentloaded")
            await self._settle(page)
            body = (await page.content()).encode("utf-8", "replace")
            status, url = (answer.status if answer else 200), page.url
        except TimeoutError as error:
            raise DownloadTimeoutError(str(error)) from error
        except Error as error:
            raise refusals[0] if refusals else Refused(Flaw("browser", _shorten(error))) from error
        finally:
            await context.close()
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(url, status=status, body=body, headers=headers, request=request, encoding="utf-8")

    async def _start(self) -> Any:
        from playwright.async_api import async_playwright

        async with self._starting:
            if self._browser is None:
                self._playwright = await async_playwright().start()
                # Chromium has no sandbox for root, and says no without this
                extra = ("--no-sandbox",) if os.geteuid() == 0 else ()
                self._browser = await self._playwright.chromium.launch(
                    executable_path=self._program, args=[*_ARGUMENTS, *extra]
                )
        return self._browser

    async def _settle(self, page: Any) -> None:
        """Waits until the page's scripts have fetched what they fetch, a page that never rests not at all."""
        from playwright.async_api import TimeoutError

        try:
            await page.wait_for_load_state("networkidle", timeout=min(self._seconds, 10) * 1000)
        except TimeoutError:
            return

    async def _pass(self, route: Any, refusals: list[Refused]) -> None:
        """Fetches one request of a page hop by hop: the browser itself would follow redirects unasked."""
        request = route.request
        if request.resource_type in _USELESS:
            await route.abort()
            return
        try:
            url = request.url
            for _ in range(_HOPS):
                await check_host(get_host(url), self._gate)
                answer = await route.fetch(url=url, max_redirects=0, timeout=self._seconds * 1000)
                location = answer.headers.get("location")
                if not (300 <= answer.status < 400 and location):
                    await route.fulfill(response=answer)
                    return
                url = urljoin(url, location)
            refusals.append(Refused(Flaw("redirects", "too many redirects")))
        except Refused as refusal:
            refusals.append(refusal)
        except Exception as error:
            # a part of the page that cannot be had, or the whole page after its time is over
            refusals.append(Refused(Flaw("browser", _shorten(error))))
        await _abort(route)


async def check_host(host: str, gate: Gate) -> None:
    """Raises PrivateAddress where a host leads to an address that the gate does not admit."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Refused(Flaw("dns", "the host name cannot be resolved")) from None
    for *_, place in found:
        if not gate.admits(str(place[0])):
            raise PrivateAddress(host, str(place[0]))


async def _abort(route: Any) -> None:
    from playwright.async_api import Error

    try:
        await route.abort()
    except Error:
        # the page is closed already
        return


def _shorten(error: BaseException) -> str:
    return f"the browser cannot show it ({' '.join(str(error).split())[:160]})"
