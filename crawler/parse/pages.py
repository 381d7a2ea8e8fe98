"""From a page's bytes to what it reports: title, text, date, author and canonical address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Literal

from lxml import etree

from crawler.parse.body import drop_element, read_body, tidy_lines, weigh_lines
from crawler.parse.dates import Moment, choose_moment, parse_date, parse_url_date
from crawler.parse.encodings import decode_bytes
from crawler.parse.feeds import Entry
from crawler.parse.furniture import is_consent_line, is_pay_line
from crawler.parse.metadata import Facts, read_metadata
from crawler.parse.text import clean_line, iter_lines, parse_markup, read_lines, strip_markup
from crawler.parse.urls import canonicalise_url, is_front_page, is_same_site

Flaw = Literal[
    "not_html",
    "empty",
    "no_title",
    "no_text",
    "paywall",
    "consent",
    "too_slow",
    "too_large",
    "too_heavy",
    "reader_died",
    "out_of_scope",
]

_MARKUP_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "text/xml",
    "text/plain",
    "application/octet-stream",
)
_MAGIC = {
    b"%PDF": "a PDF", b"PK\x03\x04": "a zip file", b"\x1f\x8b": "a gzip file", b"MZ": "a program",
    b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image",
    b"RIFF": "a media file", b"\x00\x00\x00": "a media file", b"ID3": "a media file",
}  # fmt: skip
_TITLE_BREAK = re.compile(r"\s+[|–—·»•]\s+|\s+-\s+|\s*[_|｜丨]\s*|\s*[-–—]\s*(?=[^-–—]{2,20}$)")
_VISIBLE_DATES = "//time[@datetime] | //*[@itemprop='datePublished'] | //abbr[contains(@class,'published')]"
_CONSENT_ADDRESS = re.compile(
    r"(?i)^https?://(?:consent|guce|cmp|cookiewall)\.|/(?:collect-?consent|(?:cookie-?)?consent(?:-?wall)?|cookie-?wall)(?:[/?]|$)"
)
_BREAK_OFF = re.compile(
    r"(?i)(?:\[…\]|\[\.\.\.\]|\[&#8230;\]|…|\.\.\.)\s*$"
    r"|(?:read more|continue reading|read the (?:full|rest)|keep reading|阅读全文|查看全文|点击阅读).{0,40}$"
)
# ten times what the longest articles have; each costs more memory than a page of words
_MOST_TAGS = 150_000
_SHORT = 120
_LONG = 2400


class BadPage(ValueError):
    """A page that holds no article; `kind` is the flaw, the message says what was there instead."""

    def __init__(self, kind: Flaw, problem: str) -> None:
        super().__init__(problem)
        self.kind = kind

    def __reduce__(self) -> tuple[type[BadPage], tuple[Flaw, str]]:
        """How it travels between processes."""
        return BadPage, (self.kind, str(self))


@dataclass(frozen=True, slots=True)
class PageRules:
    """What a source's file says of its pages where the general reading goes wrong: CSS selectors."""

    body: str | None = None
    title: str | None = None
    date: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What a page reports; `stub` says why the text is not whole, where the page shows that."""

    url: str
    title: str
    text: str
    moment: Moment | None
    author: str | None
    language: str | None
    stub: str | None = None


def parse_page(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    zone: tzinfo = UTC,
    entry: Entry | None = None,
    rules: PageRules | None = None,
    now: datetime | None = None,
) -> Page:
    """Reads a downloaded page; raises BadPage where it is no HTML or reports nothing.

    `entry` is what the feed, sitemap or listing said of the page, and fills what the page itself does not tell.
    """
    check_markup(body, content_type)
    if _CONSENT_ADDRESS.search(url):
        raise BadPage("consent", "a consent wall in place of the article")
    markup = decode_bytes(body, content_type)
    tree = parse_markup(markup)
    if tree is None:
        raise BadPage("empty", "an empty page")
    entry, rules = entry or Entry(url), rules or PageRules()
    facts = read_metadata(tree)
    title = _find_title(tree, facts, entry, rules)
    moment = _find_moment(tree, facts, entry, rules, url, zone, now)
    lines, stub = _find_lines(tree, markup, facts, title, rules)
    if not lines:
        _raise_for_nothing(tree, facts)
    return Page(
        url=_find_canonical(facts, url),
        title=title or lines[0][:200],
        text="\n".join(lines),
        moment=moment,
        author=next((clean_line(a)[:200] for a in [*facts.authors, entry.author or ""] if a), None),
        language=facts.language or entry.language,
        stub=stub,
    )


def parse_entry(entry: Entry, *, least: int = 0) -> Page | None:
    """The article that a feed's entry holds in full; None where it has only a summary or breaks off."""
    told = read_lines(entry.content)
    lines = tidy_lines(told, entry.title)
    # a link to the rest is no line of the article, and yet tells that there is more
    if not lines or not entry.title or weigh_lines(lines) < least or _breaks_off(told[-1]) or _breaks_off(lines[-1]):
        return None
    return Page(entry.url, entry.title, "\n".join(lines), entry.moment, entry.author, entry.language)


def check_markup(body: bytes, content_type: str | None) -> None:
    """Raises BadPage for a PDF, an image and everything else that is no markup, whatever it is called."""
    if not body.strip():
        raise BadPage("empty", "an empty page")
    for magic, name in _MAGIC.items():
        if body.startswith(magic):
            raise BadPage("not_html", f"{name}, no HTML")
    declared = (content_type or "").split(";")[0].strip().lower()
    if declared and declared not in _MARKUP_TYPES:
        raise BadPage("not_html", f"{declared}, no HTML")
    if b"<" not in body[:65536]:
        raise BadPage("not_html", "plain text or data, no HTML")
    if body.count(b"<") > _MOST_TAGS:
        raise BadPage("too_large", f"a page of more than {_MOST_TAGS:,} tags")


def _breaks_off(line: str) -> bool:
    return _BREAK_OFF.search(line) is not None


def _find_title(tree: etree._Element, facts: Facts, entry: Entry, rules: PageRules) -> str:
    if rules.title and (found := _select(tree, rules.title)):
        return clean_line("".join(found[0].itertext()))
    headings = [h for h in (clean_line("".join(e.itertext())) for e in tree.iter("h1")) if h]
    declared = [t for t in (strip_markup(t) for t in facts.titles) if t]
    document = next((clean_line("".join(e.itertext())) for e in tree.iter("title")), "")
    whole = [*declared, document]
    # the headline on the page, where <title> or og:title is that headline with the site's name behind it
    for heading in headings:
        if len(heading) >= 4 and any(heading in title for title in whole):
            return heading
    if declared:
        return _without_site(declared[0], document)
    return entry.title or (headings[0] if len(headings) == 1 else "") or _without_site(document, "")


def _without_site(title: str, document: str) -> str:
    """`Headline` for `Headline | The Site` and `Headline - Site`."""
    pieces = _TITLE_BREAK.split(title)
    if len(pieces) < 2 or (document and title != document):
        return title
    longest = max(pieces, key=len)
    return longest if len(longest) * 2 > len(title) else title


def _find_moment(
    tree: etree._Element, facts: Facts, entry: Entry, rules: PageRules, url: str, zone: tzinfo, now: datetime | None
) -> Moment | None:
    ruled = [parse_date(_date_text(e), zone, now=now) for e in (_select(tree, rules.date) if rules.date else [])]
    declared = [parse_date(text, zone, now=now) for text in facts.dates]
    if first := choose_moment([*ruled, *declared, entry.moment]):
        if first.at:
            return first
        return choose_moment([first, *_visible_moments(tree, zone, now)])
    return choose_moment([*_visible_moments(tree, zone, now), parse_url_date(url)])


def _visible_moments(tree: etree._Element, zone: tzinfo, now: datetime | None) -> list[Moment | None]:
    """Dates in <time> elements and in short lines under the headline."""
    found = [parse_date(_date_text(e), zone, now=now) for e in tree.xpath(_VISIBLE_DATES)[:3]]
    if any(found):
        return found
    heading = next(tree.iter("h1"), None)
    start = heading if heading is not None else tree.find("body")
    lines = 0
    for element in (
        start.xpath("following::*[not(self::script or self::style)]" if heading is not None else ".//*")
        if start is not None
        else []
    ):
        text = clean_line(element.text or "")
        if not text:
            continue
        lines += 1
        if len(text) <= 120 and re.search(r"\d", text) and (moment := parse_date(text, zone, now=now)):
            return [moment]
        if lines > 40:
            break
    return []


def _date_text(element: etree._Element) -> str:
    return element.get("datetime") or element.get("content") or clean_line("".join(element.itertext()))


def _find_lines(
    tree: etree._Element, markup: str, facts: Facts, title: str, rules: PageRules
) -> tuple[list[str], str | None]:
    """The article's lines, and why they may not be all of it."""
    for selector in rules.remove:
        for element in _select(tree, selector):
            drop_element(element)
    visible = not facts.free and any(map(is_pay_line, iter_lines(tree)))
    if rules.body and (found := _select(tree, rules.body)):
        return tidy_lines([line for e in found for line in iter_lines(e)], title), None
    lines, weight = _weighed(read_body(tree, title))
    if (weight < _SHORT and len(markup) > 20_000) or weight > _LONG * 8:
        lines, weight = max((lines, weight), _weighed(_read_by_trafilatura(markup, title)), key=_weight_of)
    declared, declared_weight = _weighed(
        tidy_lines([clean_line(line) for line in read_lines(_as_markup(facts.body))], title)
    )
    if declared_weight > 1.5 * weight:
        lines, weight = declared, declared_weight
    free = [line for line in lines if not is_pay_line(line)]
    asks = facts.free and len(free) < len(lines)
    lines = free
    stub = "paywall" if (asks or not facts.free) and (visible or weight < _LONG) else None
    if not lines and facts.description and facts.kind.endswith("article"):
        return [facts.description], stub or "description"
    return lines, stub


def _as_markup(text: str) -> str:
    return text if "<p" in text or "<br" in text else "".join(f"<p>{line}</p>" for line in text.splitlines())


def _read_by_trafilatura(markup: str, title: str) -> list[str]:
    """A second opinion for pages whose article does not stand out."""
    # it takes longer to load than most pages take to read, and few pages need it
    import trafilatura

    found = trafilatura.bare_extraction(
        markup, include_comments=False, include_tables=True, fast=True, with_metadata=False
    )
    return tidy_lines(iter_lines(found.body), title) if found is not None and found.body is not None else []


def _weighed(lines: list[str]) -> tuple[list[str], int]:
    return lines, weigh_lines(lines)


def _weight_of(weighed: tuple[list[str], int]) -> int:
    return weighed[1]


def _raise_for_nothing(tree: etree._Element, facts: Facts) -> None:
    lines = list(islice(iter_lines(tree), 200))
    if any(map(is_consent_line, lines)):
        raise BadPage("consent", "a consent wall in place of the article")
    if not facts.free or any(map(is_pay_line, lines)):
        raise BadPage("paywall", "the text is for payers only")
    raise BadPage("no_text", "no article text found on the page")


def _find_canonical(facts: Facts, url: str) -> str:
    """The page's own address, or the one that it declares within its site."""
    own = canonicalise_url(url) or url
    for link in facts.canonicals:
        found = canonicalise_url(link, url)
        if found and is_same_site(found, own) and not is_front_page(found):
            return found
    return own


def _select(tree: etree._Element, selector: str) -> list[etree._Element]:
    from cssselect import HTMLTranslator

    return list(tree.xpath(HTMLTranslator().css_to_xpath(selector)))
