"""Lists of feeds as other readers exchange them: OPML in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from crawler.parse.text import clean_line
from crawler.parse.urls import resolve_url
from crawler.sources import Source
from domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list."""

    title: str
    feed: str
    homepage: str | None = None
    language: str | None = None


def parse_opml(body: bytes, name: str) -> list[Outline]:
    """The feeds of an OPML file, each once, folders flattened; BadInput names the file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadInput(name, f"not OPML ({error})") from error
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise BadInput(name, "not OPML")
    found = {outline.feed: outline for outline in _iter_outlines(root)}
    return list(found.values())


def _iter_outlines(root: etree._Element) -> Iterator[Outline]:
    for element in root.iter("outline"):
        # the names of attributes come in any case
        told = {str(name).lower(): clean_line(value) for name, value in element.attrib.items()}
        feed = resolve_url(told.get("xmlurl", ""))
        if feed:
            title = told.get("title") or told.get("text") or feed
            homepage = resolve_url(told.get("htmlurl", ""))
            yield Outline(title, feed, homepage, told.get("language", "")[:2].lower() or None)


def render_opml(sources: Iterable[Source], title: str = "Roundwatch") -> str:
    """All feeds of the sources as OPML 2.0; sources without a feed cannot be told in it."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<opml version="2.0">', f"<head><title>{title}</title></head>"]
    lines.append("<body>")
    for source in sources:
        for feed in source.feeds:
            facts = {
                "text": source.name,
                "title": source.name,
                "type": "rss",
                "xmlUrl": feed,
                "htmlUrl": source.homepage,
                "language": source.language,
            }
            written = " ".join(f"{name}={quoteattr(value)}" for name, value in facts.items())
            lines.append(f"<outline {written}/>")
    return "\n".join([*lines, "</body>", "</opml>"]) + "\n"
