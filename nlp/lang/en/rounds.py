"""Finds the names of rounds in English text."""

from __future__ import annotations

import re

from nlp.mentions import RoundMention
from nlp.patterns import any_case

_SERIES = any_case(
    r"\b(?:(?P<pre>pre)[- ]?)?series[- ]?(?P<letter>[A-K])(?:[- ]?(?P<number>[1-9])(?![\d.,]|\s?(?:m|b|million|billion)\b)|(?P<plus>\+{1,2})(?!\w))?(?![A-Za-z])"
)
# the second of two letters: Series A and B, Series C1/C2
_SECOND = any_case(r"\bseries [A-K][1-9]?\s?(?:and|&|/)\s?(?P<letter>[A-K])(?P<number>[1-9])?\b(?![-.\w])")
_LETTER_ROUND = re.compile(r"\b(?P<pre>[Pp]re[- ])?(?P<letter>[A-K])(?P<number>[1-3])?(?P<plus>\+{0,2})[- ][Rr]ound\b")
_NAMED = [
    (any_case(pattern), name)
    for pattern, name in (
        (r"\bpre[- ]?seed\b", "pre-seed"),
        (r"\bseed\+(?!\w)|\bseed[- ]plus\b", "seed+"),
        (r"\bangel\+(?!\w)|\bangel[- ]plus\b", "angel+"),
        (
            r"(?<!\bto )(?<![-\w])seed\b(?![- ](?:fund(?!ing|ed|s? a)|stage (?:fund|firm|investor|vc)|investor|bank|compan|oil|capital partners)|s|-fund)",
            "seed",
        ),
        (
            r"\bangel (?:round|funding|financing|investment|extension|money)\b|(?<=[|,] )angel\b(?=[,.| ])|(?<=[mkMKn] )angel\b",
            "angel",
        ),
        (r"\bpre-a\+(?!\w)", "pre-a+"),
        (r"\bpre-a\b", "pre-a"),
        (r"\bpre-b\b", "pre-b"),
        (r"\bpre[- ]?ipo\b(?= (?:round|funding|financing|raise|investment|placement|capital)|\s*$|[,.;:])", "pre-ipo"),
        (r"\b(?:growth|late)(?:[- ]stage)? (?:equity )?(?:round|funding round|financing|funding|equity)\b", "growth"),
        (
            r"\bbridge (?:round|financing|funding|note|loan|facility)\b|(?<=million )bridge\b(?= (?:from|led|with|as)\b|[,.\n]|$)",
            "bridge",
        ),
        (
            r"\bstrategic (?:funding |financing |investment )?(?:round|investment|funding|financing|stake)\b",
            "strategic",
        ),
        (r"\bconvertible (?:notes?|round|financing|loan|debt)\b", "convertible"),
        (r"\b(?:equity )?crowd-?funding (?:round|campaign|raise)\b", "crowdfunding"),
        (r"\b(?:venture debt|debt (?:round|financing|facility|funding)|credit facility|term loan)\b", "debt"),
        (r"\bgrant(?: funding)?\b", "grant"),
        (r"\bsecondary (?:round|sale|transaction)\b", "secondary"),
    )
]
# a text without any of these words names none of them, which most news does not
_ANY_NAMED = any_case(
    r"seed|angel|pre[- ]|growth|late|bridge|strategic|convertible|crowd|debt|credit|loan|grant|secondary"
)
# before a round that is yet to come: the money is to last until a “proper” Series B
_TO_COME = re.compile(r"\b(?:until|before|ahead of) (?:an?|its|their) (?:[“\"'‘]?[a-z]+[”\"'’]? )?\Z")


def find_rounds(text: str) -> list[RoundMention]:
    """Finds the rounds that an English text names, in order, without overlaps."""
    found = []
    for pattern in (_SERIES, _LETTER_ROUND):
        for match in pattern.finditer(text):
            found.append(RoundMention(match.start(), match.end(), _lettered(match)))
    for match in _SECOND.finditer(text):
        found.append(RoundMention(match.start("letter"), match.end(), _lettered(match)))
    for pattern, name in _NAMED if _ANY_NAMED.search(text) else ():
        found += [RoundMention(m.start(), m.end(), name) for m in pattern.finditer(text)]
    found.sort(key=lambda r: (r.start, -r.end))
    kept: list[RoundMention] = []
    for mention in found:
        to_come = _TO_COME.search(text[max(0, mention.start - 35) : mention.start])
        if not to_come and (not kept or mention.start >= kept[-1].end):
            kept.append(mention)
    return kept


def _lettered(match: re.Match[str]) -> str:
    groups = match.groupdict()
    letter = groups["letter"].lower()
    suffix = groups.get("number") or groups.get("plus") or ""
    if groups.get("pre"):
        return f"pre-{letter}{'+' if groups.get('plus') else ''}"
    return f"series-{letter}{suffix}"
