"""From markup to lines: each paragraph, list item, table row and heading on a line of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

CELL_BREAK = " | "
# HTML's names and those of trafilatura's own tree
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "li",
        "item",
        "dt",
        "dd",
        "tr",
        "row",
        "ul",
        "ol",
        "dl",
        "list",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "caption",
        "blockquote",
        "quote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "form",
        "fieldset",
        "details",
        "summary",
        "hr",
        "body",
        "html",
        "center",
        "dir",
        "menu",
        "title",
        "option",
    ]
)
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})
# no object and no embed: one that is never closed would take all that follows with it
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "canvas",
        "audio",
        "video",
        "button",
        "select",
        "input",
        "textarea",
        "meta",
        "link",
        "head-template",
        "dialog",
        "graphic",
        "map",
    ]
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_MAX_DEPTH = 400


def parse_markup(text: str) -> etree._Element | None:
    """An HTML document or fragment as a tree; None where nothing is in it."""
    data = text.encode("utf-8", "replace")
    if not data.strip():
        return None
    # lxml.html would look up a class for each element, at a quarter of the whole reading's time
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def clean_line(text: str) -> str:
    """One line without invisible characters and with white space folded."""
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    # splits at every kind of white space that Unicode knows
    return " ".join(text.split())


def strip_markup(text: str | None) -> str:
    """The plain text of a title or summary that may hold tags and entities, on one line."""
    if not text:
        return ""
    if _TAG.search(text):
        tree = parse_markup(text)
        text = " ".join(iter_lines(tree)) if tree is not None else _TAG.sub(" ", text)
    return clean_line(html.unescape(text))


def read_lines(markup: str) -> list[str]:
    """The lines of an HTML fragment."""
    tree = parse_markup(markup)
    return list(iter_lines(tree)) if tree is not None else []


def iter_lines(element: etree._Element) -> Iterator[str]:
    """Yields the lines that an element shows, from top to bottom."""
    pieces: list[str] = []
    _collect(element, pieces, 0)
    for line in "".join(pieces).split("\n"):
        cells = [cleaned for cell in line.split("\t") if (cleaned := clean_line(cell))]
        if cells:
            yield CELL_BREAK.join(cells)


def _collect(element: etree._Element, pieces: list[str], depth: int, *, in_cell: bool = False) -> None:
    """Writes the element's text with a line feed at each block's border and a tab between cells."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or depth > _MAX_DEPTH:
        return
    if tag in _BREAKS:
        pieces.append(" " if in_cell else "\n")
        return
    border = "\t" if tag in _CELLS else (" " if in_cell else "\n") if tag in _BLOCKS else ""
    in_cell = in_cell or (tag in _CELLS and _is_plain_cell(element))
    pieces.append(border)
    if element.text:
        pieces.append(_flatten(element.text, keep=tag == "pre"))
    for child in element:
        _collect(child, pieces, depth + 1, in_cell=in_cell)
        if child.tail:
            pieces.append(_flatten(child.tail, keep=False))
    pieces.append(border)


def _is_plain_cell(cell: etree._Element) -> bool:
    """True for a cell of data, whose paragraphs are part of one row; False where a table is the page's layout."""
    return len("".join(cell.itertext())) < 400 and next(cell.iter("table", "tr", "row"), None) is None


def _flatten(text: str, *, keep: bool) -> str:
    return text if keep else text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
