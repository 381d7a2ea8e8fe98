"""Feeds of every kind (RSS 0.9 to 2.0, Atom, RDF, JSON Feed) from downloaded bytes to entries."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import feedparser

from crawler.parse.compression import MAX_BYTES, TooLarge, unzip
from crawler.parse.dates import Moment, parse_date
from crawler.parse.encodings import decode_bytes
from crawler.parse.text import strip_markup
from crawler.parse.urls import canonicalise_url

_XML_HEAD = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT = re.compile(r"<\s*(?:\w+:)?(rss|feed|rdf|channel|html|body|urlset|sitemapindex|opml)\b", re.IGNORECASE)
_DOCTYPE_HTML = re.compile(r"\s*<!doctype\s+html", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
_TAILS = {"rss": "</channel></rss>", "feed": "</feed>", "rdf": "</rdf:RDF>"}
_DATES = ("published", "created", "updated")
_MOST_BYTES = 16 * 1024 * 1024
# the text of articles costs little, and a feed may hold a blog's last thousand
_MOST_TAGS = 300_000
_MOST_TAGS_EACH = 1000


class NotAFeed(ValueError):
    """What was served under a feed's address is something else; the message says what."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, a sitemap or a listing, before its page was fetched."""

    url: str
    title: str = ""
    moment: Moment | None = None
    author: str | None = None
    content: str = ""
    """Markup of the full text, where the feed has one."""
    summary: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's entries in its order, and how many items were unusable (kind of flaw to count)."""

    title: str
    kind: str
    entries: tuple[Entry, ...]
    dropped: Mapping[str, int]
    language: str | None = None


def parse_feed(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    limit: int = 1000,
) -> Feed:
    """Reads a feed's bytes; raises NotAFeed for HTML and everything else that is none."""
    text = decode_bytes(unzip_document(body, "a feed", _MOST_BYTES), content_type).lstrip("\ufeff \t\r\n")
    if not text:
        raise NotAFeed("an empty answer where a feed is expected")
    if text.startswith("{"):
        return _parse_json(text, url, zone, now, limit)
    _check_root(text)
    return _parse_xml(text, url, zone, now, limit)


def unzip_document(body: bytes, expected: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a document that may be zipped; NotAFeed where it is too large."""
    try:
        return unzip(body, limit)
    except TooLarge as error:
        raise NotAFeed(f"{error} where {expected} is expected") from error


def _check_root(text: str) -> None:
    if not text.startswith("<"):
        raise NotAFeed("plain text where a feed is expected")
    root = _ROOT.search(text[:20_000])
    name = root[1].lower() if root else ""
    if _DOCTYPE_HTML.match(text) or name in ("html", "body"):
        raise NotAFeed("an HTML page where a feed is expected")
    if name in ("urlset", "sitemapindex"):
        raise NotAFeed("a sitemap where a feed is expected")
    if not name or name == "opml":
        raise NotAFeed("XML of another kind where a feed is expected")


def _parse_xml(text: str, url: str, zone: tzinfo, now: datetime | None, limit: int) -> Feed:
    # decoded already: a declaration that lies must not be believed once more
    text, ends, cut = _cut(_ILLEGAL.sub("", _XML_HEAD.sub("", text, count=1)), limit)
    most_tags = max(_MOST_TAGS, ends * _MOST_TAGS_EACH)
    if text.count("<") > most_tags:
        raise NotAFeed(f"a feed of more than {most_tags:,} tags")
    data = text.encode("utf-8", "replace")
    parsed = feedparser.parse(
        io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + data),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.version and not parsed.entries and not parsed.feed:
        raise NotAFeed("XML that no feed reader understands")
    items = [_read_item(item, url, zone, now) for item in parsed.entries[:limit]]
    return _gather(
        items,
        title=strip_markup(parsed.feed.get("title")),
        kind=parsed.version or "unknown",
        over=cut + len(parsed.entries) - len(items),
        language=_language(parsed.feed.get("language") or parsed.feed.get("title_detail", {}).get("language")),
    )


def _cut(text: str, limit: int) -> tuple[str, int, int]:
    """A feed up to the limit of items, how many it has, and how many are cut off: all would take seconds to read."""
    ends = [match.end() for match in _ITEM_END.finditer(text)]
    root = _ROOT.search(text[:20_000])
    if len(ends) <= limit or root is None:
        return text, min(len(ends), limit), 0
    return text[: ends[limit - 1]] + _TAILS.get(root[1].lower(), ""), limit, len(ends) - limit


def _read_item(item: Mapping[str, Any], base: str, zone: tzinfo, now: datetime | None) -> Entry | None:
    url = next((found for link in _iter_links(item) if (found := canonicalise_url(link, base))), None)
    if url is None:
        return None
    # feedparser lists a plain description as content too; what is no longer than the summary adds nothing
    summary = item.get("summary") or ""
    content = max((part.get("value") or "" for part in item.get("content", ())), key=len, default="")
    return Entry(
        url=url,
        title=strip_markup(item.get("title")),
        moment=next((m for name in _DATES if (m := parse_date(_get_raw(item, name), zone, now=now))), None),
        author=strip_markup(item.get("author")) or None,
        content=content if len(content) > len(summary) or not summary else summary,
        summary=strip_markup(summary),
        language=_language(item.get("language")),
    )


def _get_raw(item: Mapping[str, Any], name: str) -> str | None:
    # feedparser's own look-up takes one date for another where it is missing, and warns of that
    return dict.get(item, name)  # type: ignore[call-overload]


def _iter_links(item: Mapping[str, Any]) -> Iterator[str]:
    """The item's page, the publisher's own address before that of a forwarding service."""
    if original := item.get("feedburner_origlink"):
        yield original
    for link in item.get("links", ()):
        if link.get("rel", "alternate") == "alternate" and link.get("href") and "html" in link.get("type", "text/html"):
            yield link["href"]
    if link := item.get("link"):
        yield link
    guid = item.get("id") or ""
    if guid.startswith(("http://", "https://")):
        yield guid


def _parse_json(text: str, url: str, zone: tzinfo, now: datetime | None, limit: int) -> Feed:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"broken JSON where a feed is expected ({type(error).__name__})") from error
    items = facts.get("items") if isinstance(facts, dict) else None
    if not isinstance(items, list):
        raise NotAFeed("JSON without `items` where a JSON Feed is expected")
    read = [_read_json_item(item, url, zone, now) for item in items[:limit]]
    return _gather(
        read,
        title=strip_markup(_text(facts, "title")),
        kind="json",
        over=len(items) - len(read),
        language=_language(_text(facts, "language")),
    )


def _read_json_item(item: object, base: str, zone: tzinfo, now: datetime | None) -> Entry | None:
    if not isinstance(item, dict):
        return None
    links = (_text(item, "url"), _text(item, "id"), _text(item, "external_url"))
    url = next((u for link in links if "/" in link and (u := canonicalise_url(link, base))), None)
    if url is None:
        return None
    dates = (_text(item, name) for name in ("date_published", "date_modified"))
    plain = _text(item, "content_text")
    return Entry(
        url=url,
        title=strip_markup(_text(item, "title")),
        moment=next((m for text in dates if (m := parse_date(text, zone, now=now))), None),
        author=_json_author(item),
        content=_text(item, "content_html") or "".join(f"<p>{_escape(line)}</p>" for line in plain.splitlines()),
        summary=strip_markup(_text(item, "summary")),
        language=_language(_text(item, "language")),
    )


def _json_author(item: Mapping[str, Any]) -> str | None:
    authors = item.get("authors") or [item.get("author")]
    names = [_text(a, "name") for a in authors if isinstance(a, dict)] if isinstance(authors, list) else []
    return ", ".join(strip_markup(name) for name in names if name) or None


def _gather(items: Sequence[Entry | None], *, title: str, kind: str, over: int, language: str | None) -> Feed:
    """Keeps the first entry of each address and counts the rest by kind."""
    kept: dict[str, Entry] = {}
    dropped = {"without_link": 0, "repeated": 0, "over_limit": over}
    for item in items:
        if item is None:
            dropped["without_link"] += 1
        elif item.url in kept:
            dropped["repeated"] += 1
        else:
            kept[item.url] = item
    return Feed(title, kind, tuple(kept.values()), {name: count for name, count in dropped.items() if count}, language)


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _language(text: str | None) -> str | None:
    """`zh` for zh-CN and zh-Hans; None where nothing is said."""
    code = re.match(r"[A-Za-z]{2,3}", text or "")
    return code[0].lower() if code else None
