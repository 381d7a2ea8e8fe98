"""Reads a Chinese document: sentences, statements, and whether it is a round-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.deals import Deal, assemble, merge_misnamed
from nlp.lang.en.document import keep_deals
from nlp.lang.zh.applications import find_application
from nlp.lang.zh.cues import NO_ROUND
from nlp.lang.zh.statements import SentenceReader
from nlp.mentions import MoneyMention, RoundMention
from nlp.statement import Statement
from nlp.stretches import cut_long
from nlp.values import Value, find_values

__all__ = [
    "blank_headings",
    "find_application",
    "is_worth_reading",
    "iter_sentences",
    "read_document",
    "read_statements",
    "tell_deals",
]

_SENTENCE = re.compile(
    r"[^\n。！？；]+?(?:[。！？；]+[”」』）]*|(?=\n)|\n|\Z|(?<=[一-鿿？！”」])(?=\d{1,2}[.、．](?=[^\d\s])))"
)
# what a line is headed with says nothing itself: 核心事件：…, 2. …
_HEADING = re.compile(
    r"^\s*(?:(?:\d{1,2}[.、．](?!\d)\s*)?"
    r"(?:核心)?(?:事件|提示|消息|摘要|简介|要点|动态|快讯|概要|导读|导语|原标题|标题|编者按)\s*[:：]|\d{1,2}[.、．]\s)\s*",
    re.MULTILINE,
)
_TRIGGER = re.compile(
    r"融资|融資|投资|投資|轮|輪|注资|增资|领投|募资|估值|入股|贷款|战投|融了|Series|获投|资助|承诺|合资|股东|持股|参股|投了"
    # or an amount: 转头就拿了衡山资本的2400万欧元
    r"|授信|独投|青睐|加持|[\d一二两三四五六七八九十百千数几上]\s?[万亿萬億]|[$€£¥]\s?\d"
)


def is_worth_reading(body: str) -> bool:
    """Whether the body holds any word for money raised; a cheap test that passes most news over."""
    return bool(_TRIGGER.search(body))


def blank_headings(body: str) -> str:
    """The body with blanks for the words and numbers that its lines are headed with; offsets stay."""
    return _HEADING.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)


def read_statements(
    body: str, values: Sequence[Value] | None = None, sentences: Iterable[tuple[int, int]] | None = None
) -> list[Statement]:
    """Reads what each sentence of the body says of a deal, in order; values and sentences may be known before."""
    values = find_values(body, "zh") if values is None else values
    money = [value for value in values if isinstance(value, MoneyMention)]
    rounds = [value for value in values if isinstance(value, RoundMention)]
    statements: list[Statement] = []
    for start, end in iter_sentences(body) if sentences is None else sentences:
        here = [m for m in money if start <= m.start < end]
        named = [r for r in rounds if start <= r.start < end]
        statements += SentenceReader(body, start, end, here, named).read()
    return statements


def iter_sentences(body: str) -> Iterator[tuple[int, int]]:
    """The sentences of a body as offsets, empty ones left out."""
    for match in _SENTENCE.finditer(body):
        if match[0].strip():
            yield from cut_long(body, *match.span())


def read_document(body: str) -> list[Deal]:
    """Reads the deals that a chinese body tells."""
    return tell_deals(body, read_statements(body))


def tell_deals(body: str, statements: list[Statement]) -> list[Deal]:
    """Puts the statements of a body together into deals."""
    companies = {s.company[0].text for s in statements if s.company and not s.background and s.strength >= 0.5}
    many = len(companies) >= 4
    deals = keep_deals(assemble(statements, many=many))
    if not many and _vetoed_by_title(body, deals):
        return []
    return deals if many else merge_misnamed(deals, body)


def _vetoed_by_title(body: str, deals: list[Deal]) -> bool:
    """Whether the title tells a purchase, a fund, a listing or results, and no deal is told in it."""
    end = body.index("\n")
    if not NO_ROUND.search(body, 0, end):
        return False
    return not any(s.trigger and s.trigger[0] < end for d in deals for s in d.statements)
