"""Finds the part of a page that is the article, and reads it line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lxml import etree

from crawler.parse.furniture import (
    is_byline,
    is_consent_line,
    is_furniture,
    is_furniture_line,
    is_tail_heading,
    weigh_line,
)
from crawler.parse.text import clean_line, iter_lines

_LEAVES = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "dt",
        "dd",
        "td",
        "th",
        "pre",
        "blockquote",
        "figcaption",
        "caption",
    ]
)
_FLOW = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "br",
        "b",
        "strong",
        "em",
        "i",
        "a",
        "span",
        "hr",
        "img",
    ]
)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BOXES = frozenset({"div", "section", "li", "td", "p"})
_BOX_LINK_SHARE = 0.6
_KEEP_SHARE = 0.75
_LIST_LINK_SHARE = 0.8
_PROSE_WORTH_LOSING = 0.3


@dataclass(slots=True)
class _Node:
    """An element of the page with the prose in and under it."""

    element: etree._Element
    weight: int = 0
    children: list[_Node] = field(default_factory=list)


def read_body(tree: etree._Element, title: str = "") -> list[str]:
    """The lines of the article on a page, without its headline, by-line and furniture."""
    body = tree if tree.tag == "body" else tree.find("body")
    if body is None:
        body = tree
    _prune(body)
    root = _weigh(body, _fold(title), 0)
    return tidy_lines(iter_lines(_descend(root).element), title)


def tidy_lines(lines: Iterable[str], title: str = "") -> list[str]:
    """Drops headline and by-lines from the top, furniture lines, and all that follows a heading of related stories."""
    kept: list[str] = []
    folded = _fold(title)
    for line in lines:
        if is_tail_heading(line) and sum(map(weigh_line, kept)) > 0:
            break
        top = len(kept) < 3
        if top and (is_byline(line) or (folded and _fold(line) == folded)):
            continue
        if is_furniture_line(line) or is_consent_line(line):
            continue
        if not kept or kept[-1] != line:
            kept.append(line)
    return kept


def weigh_lines(lines: Sequence[str]) -> int:
    """How much prose the lines are, tables and lists included."""
    return sum(weigh_line(line) or (len(line) // 2 if len(line) > 20 else 0) for line in lines)


def _prune(body: etree._Element) -> None:
    """Takes furniture out of the tree, unless most of the page's prose is in it."""
    total = len(clean_line("".join(body.itertext()))) or 1
    for element in [e for e in body.iter() if e is not body and is_furniture(e)]:
        if element.getparent() is None or not isinstance(element.tag, str):
            continue
        if element.tag in ("div", "section", "form") and _prose_length(element) > _PROSE_WORTH_LOSING * total:
            continue
        drop_element(element)
    for box in [h.getparent() for h in body.iter(*_HEADINGS, "strong", "b") if is_tail_heading(_text(h))]:
        if box is not None and box is not body and _is_link_box(box):
            drop_element(box)
    for listing in [e for e in body.iter("ul", "ol", "dl") if _is_link_list(e)]:
        drop_element(listing)
    for card in _find_cards(body):
        drop_element(card)


def _prose_length(element: etree._Element) -> int:
    return sum(weigh_line(clean_line("".join(p.itertext())), _linked(p)) for p in element.iter("p", "td", "li"))


def _is_link_list(listing: etree._Element) -> bool:
    """True for a list that is nothing but links and that no prose follows: navigation or related stories."""
    text = clean_line("".join(listing.itertext()))
    links = sum(1 for _ in listing.iter("a"))
    if not text or links < 2 or _linked(listing) < _LIST_LINK_SHARE * len(text):
        return False
    after = " ".join(clean_line("".join(e.itertext())) for e in listing.itersiblings() if isinstance(e.tag, str))
    return weigh_line(after[:600]) == 0


def _is_link_box(box: etree._Element) -> bool:
    """True for links to other stories amid an article: what follows the last of them ends with their heading."""
    if box.tag not in _BOXES or _linked(box) < _BOX_LINK_SHARE * len(_text(box)):
        return False
    return any(weigh_line(_text(after), _linked(after)) for after in box.itersiblings("p"))


def _find_cards(body: etree._Element) -> list[etree._Element]:
    """Other articles of which the page tells: their headline leads elsewhere, while the article's own leads nowhere."""
    articles = list(body.iter("article"))
    if len(articles) < 2 or not any(_has_headline(article) for article in articles):
        return []
    return [article for article in articles if not _has_headline(article) and _is_card(article)]


def _has_headline(article: etree._Element) -> bool:
    return next(article.iter("h1"), None) is not None


def _is_card(article: etree._Element) -> bool:
    heading = next(article.iter(*_HEADINGS), None)
    if heading is None or next(article.iter("article"), article) is not article:
        return False
    return 0 < len(_text(heading)) <= _linked(heading) or next(heading.iterancestors("a"), None) is not None


def _text(element: etree._Element) -> str:
    return clean_line("".join(element.itertext()))


def drop_element(element: etree._Element) -> None:
    """Takes an element out of its tree and leaves the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + " " + element.tail
        else:
            parent.text = (parent.text or "") + " " + element.tail
    parent.remove(element)


def _linked(element: etree._Element) -> int:
    return sum(len(clean_line("".join(a.itertext()))) for a in element.iter("a"))


def _weigh(element: etree._Element, headline: str, depth: int) -> _Node:
    """Weighs the prose under an element; text beside block children counts for the element itself."""
    node = _Node(element)
    if element.tag in _LEAVES or depth > 200 or not any(_has_blocks(child) for child in element):
        text = clean_line("".join(element.itertext()))
        if element.tag != "h1" and not _is_headline(text, headline) and _linked(element) * 2 <= len(text):
            node.weight = sum(weigh_line(line) for line in iter_lines(element))
        return node
    node.weight = weigh_line(clean_line("".join([element.text or "", *((c.tail or "") for c in element)])))
    for child in element:
        if isinstance(child.tag, str):
            node.children.append(_weigh(child, headline, depth + 1))
    node.weight += sum(child.weight for child in node.children)
    return node


def _is_headline(text: str, headline: str) -> bool:
    """Whether a text is the headline, which is given folded: much longer ones need no folding to tell."""
    return len(text) < 2 * len(headline) + 20 and _fold(text) == headline


def _has_blocks(element: etree._Element) -> bool:
    """True for a block, or for an inline element that wraps one."""
    return isinstance(element.tag, str) and element.tag not in {
        "b",
        "strong",
        "em",
        "i",
        "a",
        "span",
        "br",
        "img",
        "sup",
        "sub",
        "u",
        "font",
        "mark",
        "small",
        "code",
    }


def _descend(node: _Node) -> _Node:
    """Goes down as long as one child holds nearly all of the prose and is itself made of blocks."""
    while node.children:
        best = max(node.children, key=lambda child: child.weight)
        if best.weight < _KEEP_SHARE * node.weight or not best.weight:
            break
        if best.element.tag in _FLOW or (not best.children and best.weight < node.weight):
            break
        node = best
    return node


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
