"""The newsroom's pages: an outlet is a folder with an `outlet.toml`, a page a text file beside it.

+++
title = "Headline"
published = 2025-01-22T09:40:00-08:00
author = "Name"            # optional, as are summary and tags
+++
Paragraphs between blank lines, "## headings", "- items", "1. items", "> quotes" and "| tables |",
with **bold** and [links](https://example.org/) inside.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from domain.errors import BadInput

NEWSROOM = Path(__file__).with_name("newsroom")

BlockKind = Literal["p", "h2", "ul", "ol", "quote", "table"]
_MARKS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("h2", re.compile(r"##\s+")),
    ("quote", re.compile(r">\s+")),
    ("ul", re.compile(r"-\s+")),
    ("ol", re.compile(r"\d+\.\s+")),
)
INLINE = re.compile(r"\*\*(.+?)\*\*|\[(.+?)\]\([^)]*\)")
_CJK = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


class BadPage(BadInput):
    """A file of the newsroom that is no page or no outlet."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body: a row per item, a cell per column (a paragraph is one row of one cell)."""

    kind: BlockKind
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One article as its outlet publishes it; `body` is in the small markup of this module."""

    slug: str
    title: str
    body: str
    published_at: datetime
    author: str | None = None
    summary: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body in blocks."""
        return tuple(_read_block(chunk) for chunk in re.split(r"\n\s*\n", self.body.strip()) if chunk.strip())

    @property
    def text(self) -> str:
        """The body as plain text, a block or table row a line."""
        return "\n".join(" ".join(map(strip_inline, row)) for block in self.blocks for row in block.rows)

    @property
    def teaser(self) -> str:
        """What a feed shows: the summary, else the first paragraph."""
        return self.summary or next((strip_inline(b.rows[0][0]) for b in self.blocks if b.kind == "p"), "")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One news outlet: how it calls itself and how it serves its pages."""

    id: str
    name: str
    language: str
    country: str
    timezone: str
    trust: float
    way: str
    layout: str
    path: str
    tagline: str
    charset: str = "utf-8"
    tracking: str = ""
    pages: tuple[Page, ...] = ()

    def path_of(self, page: Page) -> str:
        """The path of a page on the site, from the root."""
        when = page.published_at
        number = zlib.crc32(page.slug.encode()) % 90000 + 10000
        return f"/{self.id}/" + self.path.format(
            year=f"{when:%Y}", month=f"{when:%m}", day=f"{when:%d}", slug=page.slug, number=number
        )

    def with_page(self, page: Page) -> Outlet:
        """The outlet with the page added, or put in the place of the one with its slug; newest first."""
        pages = [page, *(old for old in self.pages if old.slug != page.slug)]
        return replace(self, pages=tuple(sorted(pages, key=lambda p: (p.published_at, p.slug), reverse=True)))


@dataclass(frozen=True, slots=True)
class Newsroom:
    """All outlets by id."""

    outlets: dict[str, Outlet] = field(default_factory=dict)

    def iter_pages(self) -> Iterator[tuple[str, Outlet, Page]]:
        """Yields every page with its id, which is `outlet/slug`."""
        for outlet in self.outlets.values():
            for page in outlet.pages:
                yield f"{outlet.id}/{page.slug}", outlet, page


def load_newsroom(folder: Path = NEWSROOM, *, transform: Callable[[str], str] | None = None) -> Newsroom:
    """Reads the outlets of a folder; `transform` rewrites every title, summary, body and tag on the way.

    Raises BadPage, which names the file.
    """
    files = sorted(folder.glob("*/outlet.toml"))
    if not files:
        raise BadPage(str(folder), "a newsroom without an outlet")
    change = transform or str
    return Newsroom({outlet.id: outlet for outlet in (_load_outlet(file, change) for file in files)})


def parse_page(text: str, slug: str, transform: Callable[[str], str] = str) -> Page:
    """Reads one page file; raises BadPage, which names the slug."""
    match = re.match(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", text, re.DOTALL)
    if match is None:
        raise BadPage(slug, "a page begins with a head between two lines of +++")
    try:
        head = tomllib.loads(match[1])
        published = head["published"]
        if published.tzinfo is None:
            raise BadPage(slug, "`published` needs a UTC offset")
        return Page(
            slug=slug,
            title=transform(head["title"]),
            body=transform(match[2].strip()),
            published_at=published,
            author=head.get("author"),
            summary=transform(head["summary"]) if "summary" in head else None,
            tags=tuple(transform(tag) for tag in head.get("tags", ())),
        )
    except (tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise BadPage(slug, f"its head cannot be read ({error!r})") from error


def strip_inline(text: str) -> str:
    """A cell's text without the marks for bold and links."""
    return INLINE.sub(lambda m: m[1] or m[2], text)


def _load_outlet(file: Path, transform: Callable[[str], str]) -> Outlet:
    try:
        facts: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        outlet = Outlet(id=file.parent.name, **facts)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise BadPage(str(file), f"not an outlet ({error})") from error
    for path in sorted(file.parent.glob("*.md")):
        outlet = outlet.with_page(parse_page(path.read_text("utf-8"), path.stem, transform))
    return outlet


def _read_block(chunk: str) -> Block:
    lines = [line.strip() for line in chunk.strip().splitlines()]
    if lines[0].startswith("|"):
        cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
        return Block("table", tuple(row for row in cells if not all(re.fullmatch(r":?-+:?", cell) for cell in row)))
    for kind, mark in _MARKS:
        if mark.match(lines[0]):
            return Block(kind, tuple((item,) for item in _join_items(lines, mark)))
    return Block("p", ((_join(lines),),))


def _join_items(lines: list[str], mark: re.Pattern[str]) -> list[str]:
    items: list[list[str]] = []
    for line in lines:
        if mark.match(line) or not items:
            items.append([mark.sub("", line, count=1)])
        else:
            items[-1].append(line)
    return [_join(item) for item in items]


def _join(lines: list[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text += line if _CJK.match(text[-1:]) and _CJK.match(line[:1]) else f" {line}"
    return text
