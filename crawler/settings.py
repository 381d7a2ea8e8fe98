"""How the crawler behaves: what the operator sets, and the Scrapy settings that follow from it.

`python -m scrapy` reads the names in capitals; the program itself goes through `build_settings`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.errors import SettingsError

BOT_NAME = "Roundwatch"
SPIDER_MODULES = ["crawler.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.network.PublicResolver"
ROBOTSTXT_OBEY = True
DOWNLOAD_VERIFY_CERTIFICATES = True
LOG_INSTALL_ROOT_HANDLER = False
# what a dead host costs is paid once a request: the next crawl tries again
RETRY_TIMES = 1
# 429 and 503 are for RetryAfter
RETRY_HTTP_CODES = [408, 500, 502, 504, 522, 524]
REDIRECT_MAX_TIMES = 8
LOG_SHORT_NAMES = True
# Scrapy starts so many tasks for each answer, and reads the source of each callback anew
CONCURRENT_ITEMS = 2
WARN_ON_GENERATOR_RETURN_VALUE = False
# these lists stand in place of Scrapy's own: what is only switched off there is loaded all the same, which takes longer
# than all that is used, and what looks for links, log-ins and bytes to count would be asked about each page
SPIDER_MIDDLEWARES_BASE = {"scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50}
DOWNLOADER_MIDDLEWARES_BASE = {
    "crawler.courtesy.Robots": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "crawler.courtesy.RetryAfter": 560,
    "crawler.courtesy.Forwarding": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "crawler.network.PublicOnly": 760,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": 900,
}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "crawler.courtesy.Throttle": 0,
}
# a source is on the web: no address of a page leads to this machine's files
DOWNLOAD_HANDLERS = {
    "http": "crawler.browser.BrowserHandler",
    "https": "crawler.browser.BrowserHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
# takes turns between hosts, so that one that is slow or asks to wait keeps no other waiting
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.DownloaderAwarePriorityQueue"
AUTOTHROTTLE_MAX_DELAY = 30.0
HTTPCACHE_POLICY = "scrapy.extensions.httpcache.RFC2616Policy"
HTTPCACHE_STORAGE = "crawler.cache.Cache"
HTTPCACHE_DAYS = 30
HTTPCACHE_MEGABYTES = 1024
ITEM_PIPELINES = {"crawler.pipelines.KeepArticles": 300}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/feed+json;q=0.9,*/*;q=0.5",
    "Accept-Language": "en,zh-CN;q=0.9,zh;q=0.8,*;q=0.5",
}


def _split(value: object) -> object:
    """Reads `a, b` and `a b` as two values; everything else stays what it is."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_split)]


class CrawlSettings(BaseSettings):
    """What the operator of a crawler decides; each field is ROUNDWATCH_CRAWL_ and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="ROUNDWATCH_CRAWL_", extra="ignore", hide_input_in_errors=True, frozen=True
    )

    contact: str | None = Field(default=None, max_length=200)
    """An address or URL for the owners of the sites; stands in the User-Agent."""
    allow_private: bool = False
    """Whether loopback and private addresses may be fetched."""
    allow_networks: Networks = ()
    """Loopback and private networks that may be fetched, as 10.1.0.0/16, where not all of them may."""
    timeout: float = Field(default=30.0, gt=0, le=600)
    read_timeout: float = Field(default=20.0, gt=0, le=600)
    """How many seconds the reading of one page or feed may take."""
    read_memory: int = Field(default=512, ge=128, le=65536)
    """How many megabytes the process that reads them may take."""
    max_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)
    concurrency: int = Field(default=16, ge=1, le=256)
    per_host: int = Field(default=2, ge=1, le=64)
    delay: float = Field(default=0.5, ge=0, le=60)
    """Seconds between two requests to one host at the least; 0 leaves hosts unspared, adapting to none."""
    patience: float = Field(default=60.0, ge=0, le=3600)
    """How many seconds a host may ask to wait; one that asks for more is left for a later crawl."""
    max_seconds: float = Field(default=3600.0, gt=0)
    """How long a crawl may take; what is left then is fetched by the next one."""
    proxy: SecretStr | None = None
    """The proxy for all requests; http_proxy, https_proxy and no_proxy of the environment where not set."""
    browser: Path | None = None
    """A Chromium program, for sources whose pages need scripts; it needs the package `playwright` too."""
    cache_dir: Path | None = None
    """Where answers are kept as long as their Cache-Control allows; nowhere where not set."""
    cache_days: int = Field(default=HTTPCACHE_DAYS, ge=1, le=3650)
    """After how many days a kept answer is deleted, whatever its Cache-Control says."""
    cache_megabytes: int = Field(default=HTTPCACHE_MEGABYTES, ge=1)
    """How much room the kept answers may take; the oldest beyond it are deleted."""
    keep_cadence: bool = False
    """Whether sources are asked only as often as their files say; a failing one ever more seldom."""

    @property
    def user_agent(self) -> str:
        """An honest name, with the way to its operator where one is set."""
        try:
            version = importlib.metadata.version("roundwatch")
        except importlib.metadata.PackageNotFoundError:
            version = "0.1"
        return f"Roundwatch/{version}" + (f" (+{self.contact})" if self.contact else "")


def load_crawl_settings(**given: object) -> CrawlSettings:
    """Reads the environment, outranked by what is given and not None; SettingsError names the variable."""
    try:
        found = CrawlSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingsError(f"ROUNDWATCH_CRAWL_{name.upper()}", first["msg"]) from None
    if found.browser and importlib.util.find_spec("playwright") is None:
        raise SettingsError("ROUNDWATCH_CRAWL_BROWSER", "needs the package playwright (pip install playwright)")
    if found.browser and not found.browser.is_file():
        raise SettingsError("ROUNDWATCH_CRAWL_BROWSER", f"there is no program {found.browser}")
    return found


def build_settings(options: CrawlSettings, delays: Mapping[str, float] | None = None) -> dict[str, Any]:
    """The Scrapy settings that follow from the operator's; `delays` are the seconds between requests to some hosts."""
    return {
        "DOWNLOAD_SLOTS": {host: {"delay": max(delay, options.delay)} for host, delay in (delays or {}).items()},
        # who sets no delay wants no sparing: the throttle would take our own slowness for the host's
        "AUTOTHROTTLE_ENABLED": options.delay > 0,
        "AUTOTHROTTLE_START_DELAY": options.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(options.per_host),
        "BROWSER": str(options.browser) if options.browser else None,
        "PATIENCE": options.patience,
        "CLOSESPIDER_TIMEOUT": options.max_seconds,
        "HTTPCACHE_ENABLED": options.cache_dir is not None,
        "HTTPCACHE_DIR": str(options.cache_dir.absolute()) if options.cache_dir else "",
        "HTTPCACHE_DAYS": options.cache_days,
        "HTTPCACHE_MEGABYTES": options.cache_megabytes,
        "ALLOWED_NETWORKS": ["0.0.0.0/0", "::/0"] if options.allow_private else list(map(str, options.allow_networks)),
        "USER_AGENT": options.user_agent,
        "DOWNLOAD_TIMEOUT": options.timeout,
        "DOWNLOAD_MAXSIZE": options.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_REQUESTS": options.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": options.per_host,
        "DOWNLOAD_DELAY": options.delay,
    }
