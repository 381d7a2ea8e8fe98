"""Sources as data: one TOML file each, and what it may say.

    name = "Example News"
    language = "en"
    homepage = "https://news.example/"
    feeds = ["https://news.example/feed"]          # and/or sitemaps, and/or [[listings]]

The file's name is the source's id. docs/howto/add-a-source.md walks through every field.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawler.parse.pages import PageRules
from crawler.parse.urls import canonicalise_url
from domain.errors import SourceError

SHIPPED = Path(__file__).with_name("sources")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_INTERVALS = {"m": 60, "h": 3600, "d": 86400}

Way = Literal["feed", "sitemap", "listing"]


def _check_url(url: str) -> str:
    if canonicalise_url(url) is None:
        raise ValueError("not an http or https address")
    return url


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("not a time zone such as Asia/Shanghai") from None
    return name


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error})") from None
    return pattern


def _check_selector(selector: str) -> str:
    from cssselect import HTMLTranslator, SelectorError

    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ValueError(f"not a CSS selector ({error})") from None
    return selector


def _check_interval(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,3}[mhd]", text):
        raise ValueError("not an interval such as 15m, 2h or 1d")
    return text


Url = Annotated[str, AfterValidator(_check_url)]
Pattern = Annotated[str, AfterValidator(_check_pattern)]
Selector = Annotated[str, AfterValidator(_check_selector)]
Interval = Annotated[str, AfterValidator(_check_interval)]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Listing(_Fields):
    """A page that lists articles, where no feed does."""

    url: Url
    links: Selector | None = None
    """Which links lead to articles; all that look like headlines where not given. `article` narrows them further."""
    next: Selector | None = None
    """The link to the next page of the list; `{page}` in `url` does it too."""
    pages: int = Field(default=1, ge=1, le=500)

    def page(self, number: int) -> str:
        """The address of one page of the list, the first of them 1."""
        return self.url.replace("{page}", str(number))


class Archive(Listing):
    """Where older articles are told of: an address with {page}, or with {year}, {month} and {day}."""

    way: Way = "listing"

    @model_validator(mode="after")
    def _check_template(self) -> Archive:
        names = set(re.findall(r"\{(\w+)\}", self.url))
        if not names or names - {"page", "year", "month", "day"}:
            raise ValueError("url needs {page}, or {year} with {month} and perhaps {day}")
        return self


class Expectation(_Fields):
    """How many articles a reading of the source tells of: fewer than `min` is an error, more than `max` a warning."""

    min: int = Field(default=1, ge=0)
    max: int = Field(default=2000, ge=1)
    silence: bool = True
    """Whether to warn once it has had no item for three times its usual gap."""


class Rules(_Fields):
    """CSS selectors for a page's parts, where the general reading goes wrong."""

    body: Selector | None = None
    title: Selector | None = None
    date: Selector | None = None
    remove: tuple[Selector, ...] = ()


class Rewrite(_Fields):
    """Where an article really is: `pattern` in the address told is replaced by `to`."""

    pattern: Pattern
    to: str


class Source(_Fields):
    """One outlet or feed, as its file describes it."""

    id: str
    name: str = Field(min_length=1, max_length=200)
    homepage: Url
    language: str = Field(pattern=r"^[a-z]{2}$")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    timezone: Annotated[str, AfterValidator(_check_zone)] = "UTC"
    trust: float = Field(default=0.5, ge=0, le=1)
    cadence: Interval = "1h"
    verified: bool = False
    """Whether anyone has seen it work against the live site."""
    enabled: bool = True
    feeds: tuple[Url, ...] = ()
    sitemaps: tuple[Url, ...] = ()
    listings: tuple[Listing, ...] = ()
    archives: tuple[Archive, ...] = ()
    """Where `backfill` looks; sitemaps and listings where there are none."""
    article: Pattern | None = None
    """What the address of an article matches; entries with others are passed over."""
    rewrite: Rewrite | None = None
    reader: Literal["html", "form-d"] = "html"
    """What its pages are."""
    full_text: bool = False
    """Whether its feed holds whole articles, so that their pages need not be fetched."""
    scripts: bool = False
    """Whether its pages need a browser."""
    budget: int = Field(default=200, ge=1, le=100_000)
    """The most pages to fetch in one crawl."""
    delay: float = Field(default=0.0, ge=0, le=600)
    """The least number of seconds between two requests to its hosts."""
    expect: Expectation = Expectation()
    pages: Rules = Rules()

    @model_validator(mode="after")
    def _check_ways(self) -> Source:
        if not (self.feeds or self.sitemaps or self.listings):
            raise ValueError("needs feeds, sitemaps or listings")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that name none."""
        return ZoneInfo(self.timezone)

    @property
    def interval(self) -> timedelta:
        """How long to wait between two readings."""
        return timedelta(seconds=int(self.cadence[:-1]) * _INTERVALS[self.cadence[-1]])

    @cached_property
    def rules(self) -> PageRules:
        """The selectors as the page's reader takes them."""
        return PageRules(**self.pages.model_dump())

    @property
    def addresses(self) -> list[tuple[Way, str]]:
        """Every address that tells of its articles, with the way to read it."""
        return [
            *(("feed", url) for url in self.feeds),
            *(("sitemap", url) for url in self.sitemaps),
            *(("listing", listing.page(1)) for listing in self.listings),
        ]

    def locate(self, url: str) -> str:
        """Where the article of an address really is."""
        return re.sub(self.rewrite.pattern, self.rewrite.to, url) if self.rewrite else url

    def wants(self, url: str) -> bool:
        """Whether an address can be one of its articles."""
        return self.article is None or re.search(self.article, url) is not None


def load_sources(folder: Path | None = None) -> list[Source]:
    """Reads every source file of a folder (the shipped ones where none is given), by id; SourceError names the file."""
    folder = folder or SHIPPED
    if not folder.is_dir():
        raise SourceError(str(folder), "no such folder of source files")
    return [load_source(file) for file in sorted(folder.glob("*.toml"))]


def load_source(file: Path) -> Source:
    """Reads one source file; SourceError names the file and the field."""
    try:
        facts = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SourceError(str(file), error.strerror or "cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(str(file), f"not TOML ({error})") from error
    if not _ID.fullmatch(file.stem):
        raise SourceError(str(file), "the file's name is the source's id: small letters, digits and hyphens")
    return parse_source(file.stem, facts, where=str(file))


def parse_source(source_id: str, facts: dict[str, Any], *, where: str | None = None) -> Source:
    """Checks a source's facts; SourceError names the field."""
    if "id" in facts:
        raise SourceError(where or source_id, "id: the file's name is the id")
    try:
        return Source(id=source_id, **facts)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        problem = first["msg"].removeprefix("Value error, ")
        raise SourceError(where or source_id, f"{field}: {problem}" if field else problem) from None


def choose_sources(sources: Sequence[Source], ids: Sequence[str]) -> list[Source]:
    """The sources of these ids, all that are switched on where none is named; SourceError names an unknown one."""
    known = {source.id: source for source in sources}
    for wanted in ids:
        if wanted not in known:
            raise SourceError(repr(wanted), "no source of that id")
    return [known[wanted] for wanted in ids] if ids else [source for source in sources if source.enabled]
