"""Reads an English document: sentences, statements, and whether it is a round-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.deals import Deal, assemble, merge_misnamed
from nlp.lang.en.applications import find_application
from nlp.lang.en.cues import FUND, NO_ROUND
from nlp.lang.en.statements import SentenceReader
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.patterns import any_case
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

# an abbreviation's full stop ends no sentence
_SENTENCE = re.compile(
    r"[^\n]+?(?:(?<!\bInc)(?<!\bCorp)(?<!\bLtd)(?<!\bCo)(?<!\bRs)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\bSen)(?<!\bGov)(?<!\b[A-Z])(?<!\d)[.!?][”\"’')]*(?=\s+[\"“‘A-Z0-9(€$£a-z])|(?<=\d)[.!?][”\"’')]*(?=\s+[\"“‘A-Z])|(?<=[a-z][A-Z])[.](?=\s[A-Z])|\n|\Z)"
)
# cheap test that lets much news pass unread: no amount of money and no word for money raised, no reading
_TRIGGER = any_case(
    r"[$€£₹¥₩]\s?\d|(?<![\d.,])\d[\d.,]*\s?-?(?:million|billion|trillion|mn|bn|mln|bln|crore|lakh|[mb]\b)|\bRs\.? ?\d"
    r"|\b(?:USD|EUR|GBP|INR|SEK|CHF|JPY|CNY|RMB|KRW|RM)\s?\d|\b(?:won|yen|yuan|euros?|dollars|crore)\b"
    r"|\b(?:funding|fundrais\w*|financing|rais(?:e|es|ed|ing)|rounds?|series [a-k]\b|seed|pre-?seed|valuations?|valued|unicorns?"
    r"|invest(?:s|ed|ing|ments?|ors?)?|backs?|backing|backed by|backers?|stakes?|joint venture|pledg\w+|tranche|pre-series"
    r"|funds?|funded|grants?|(?:new|fresh|more) (?:capital|cash|money)|bags? cash|debt|credit line|loans?|millions|billions|che(?:que|ck)s?|cap tables?|shareholders?|equity|crowdfund\w+|undisclosed (?:sum|amount)|lands? (?:more )?(?:cash|money)"
    r"|(?:put|puts|pour|pours|pumps?) money|circl(?:es|ing)|bets? on)\b"
)


def is_worth_reading(body: str) -> bool:
    """Whether the body holds any word for money raised; a cheap test that passes most news over."""
    return bool(_TRIGGER.search(body))


def blank_headings(body: str) -> str:
    """The body as it is: what heads an English line is read with it."""
    return body


def read_statements(
    body: str, values: Sequence[Value] | None = None, sentences: Iterable[tuple[int, int]] | None = None
) -> list[Statement]:
    """Reads what each sentence of the body says of a deal, in order; values and sentences may be known before."""
    values = find_values(body, "en") if values is None else values
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
    """Reads the deals that an English body tells."""
    return tell_deals(body, read_statements(body))


def tell_deals(body: str, statements: list[Statement]) -> list[Deal]:
    """Puts the statements of a body together into deals."""
    named_companies = {s.company[0].text for s in statements if s.company and not s.background and s.strength >= 0.5}
    many = len(named_companies) >= 4
    deals = keep_deals(assemble(statements, many=many, topic=find_topic(body)))
    if not many and _vetoed_by_title(body, deals):
        return []
    return deals if many else merge_misnamed(deals, body)


def find_topic(body: str) -> Name | None:
    """The company that the document is about: the subject of its title, where the text goes on about it."""
    end = body.index("\n")
    name = SentenceReader(body, 0, end, [], []).headline_subject(0) if end else None
    return name if name and body.count(name.text) >= 2 else None


def _vetoed_by_title(body: str, deals: list[Deal]) -> bool:
    """Whether the title tells a purchase, a fund, a listing or spending, and no deal is told in it."""
    end = body.index("\n")
    title = body[:end]
    if not (NO_ROUND.search(title) or FUND.search(title)):
        return False
    return not any(s.trigger and s.trigger[0] < end for d in deals for s in d.statements)


def keep_deals(deals: list[Deal]) -> list[Deal]:
    """Leaves out what only looks like a deal: no trigger, or neither money, round, valuation nor investor."""
    kept = []
    for deal in deals:
        strength = max(s.strength for s in deal.statements)
        told = bool(deal.amount or deal.rounds or deal.first("valuation") or any(s.investors for s in deal.statements))
        if deal.statements[0].status == "denied":
            continue
        if strength >= 0.5 and (told or strength >= 0.6):
            kept.append(deal)
    return kept
