"""What a page says of itself in JSON-LD, OpenGraph and meta elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.parse.text import clean_line, strip_markup

_ARTICLES = re.compile(
    r"(?:News|Blog|Tech|Analysis|Reportage|Review|Opinion|Scholarly|Satirical|LiveBlog)?(?:Article|Posting)|Report$"
)
_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date", "pubdate",
    "publishdate", "publish-date", "publish_date", "published_date", "published-date", "parsely-pub-date",
    "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "article.published",
    "weibo:article:create_at", "bytedance:published_time", "og:release_date", "apub:time", "article:create_at",
    "publication_date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "og:article:author")
_MAX_JSON = 512 * 1024
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


@dataclass(slots=True)
class Facts:
    """What a page declares, each list with the most reliable statement first."""

    titles: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    canonicals: list[str] = field(default_factory=list)
    language: str | None = None
    description: str = ""
    body: str = ""
    kind: str = ""
    """`og:type` or JSON-LD's type."""
    free: bool = True
    """False where the page says that its text is for payers only."""


def read_metadata(tree: etree._Element) -> Facts:
    """Collects the statements of a page about its article."""
    facts = Facts()
    for block in iter_json_ld(tree):
        if _is_article(block):
            _read_json_ld(block, facts)
    metas = _read_metas(tree)
    facts.titles += [metas[name] for name in _TITLES if metas.get(name)]
    facts.dates += [metas[name] for name in _DATES if metas.get(name)]
    facts.authors += [metas[n] for n in _AUTHORS if metas.get(n) and "://" not in metas[n]]
    facts.canonicals += [
        link.get("href", "") for link in tree.iter("link") if "canonical" in link.get("rel", "").lower().split()
    ] + [metas[name] for name in ("og:url",) if metas.get(name)]
    facts.description = facts.description or metas.get("og:description") or metas.get("description") or ""
    facts.kind = facts.kind or metas.get("og:type", "")
    facts.language = _language(tree, metas)
    return facts


def iter_json_ld(tree: etree._Element) -> Iterator[Mapping[str, Any]]:
    """Yields every object of the page's JSON-LD, those in @graph and lists too; broken blocks are passed over."""
    for script in tree.iter("script"):
        if "ld+json" not in script.get("type", "").lower():
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        if not text or len(text) > _MAX_JSON:
            continue
        try:
            loaded = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            try:
                loaded = json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)
            except (ValueError, RecursionError):
                continue
        yield from _flatten(loaded, 0)


def _flatten(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for part in value:
            yield from _flatten(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _flatten(value.get(name), depth + 1)


def _is_article(block: Mapping[str, Any]) -> bool:
    kinds = block.get("@type")
    return any(_ARTICLES.fullmatch(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _read_json_ld(block: Mapping[str, Any], facts: Facts) -> None:
    facts.titles += [t for t in (_word(block.get("headline")), _word(block.get("name"))) if t]
    facts.dates += [d for d in (_word(block.get("datePublished")), _word(block.get("dateCreated"))) if d]
    author = block.get("author") or block.get("creator")
    names = [
        _word(a.get("name") if isinstance(a, dict) else a) for a in (author if isinstance(author, list) else [author])
    ]
    if named := ", ".join(n for n in names if n and "://" not in n):
        facts.authors.append(named)
    page = block.get("mainEntityOfPage")
    for link in (page.get("@id") if isinstance(page, dict) else page, block.get("url"), block.get("@id")):
        if isinstance(link, str) and link.startswith("http"):
            facts.canonicals.append(link)
    facts.body = facts.body or _word(block.get("articleBody"), keep_lines=True)
    facts.description = facts.description or _word(block.get("description"))
    facts.kind = facts.kind or "article"
    if str(block.get("isAccessibleForFree")).lower() == "false":
        facts.free = False


def _word(value: object, *, keep_lines: bool = False) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    return value.strip() if keep_lines else strip_markup(value)


def _read_metas(tree: etree._Element) -> dict[str, str]:
    """The first content of each meta element by its name in lower case, and the schema.org dates in the body."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = clean_line(meta.get("content", ""))
        if name and content:
            metas.setdefault(name, content)
    return metas


def _language(tree: etree._Element, metas: Mapping[str, str]) -> str | None:
    root = tree.getroottree().getroot()
    text = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or metas.get("og:locale") or ""
    code = re.match(r"[A-Za-z]{2}(?=$|[-_])", text)
    return code[0].lower() if code else None
