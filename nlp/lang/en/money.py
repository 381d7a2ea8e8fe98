"""Finds amounts in English text and reads their bounds."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from domain.money import Money, Precision
from nlp.lexicon import alternation, load_words
from nlp.mentions import MoneyMention
from nlp.patterns import AnyCase, any_case

_CHINA = re.compile(r"\b(?:China|Chinese|yuan|RMB|renminbi|Beijing|Shanghai|Shenzhen|Hangzhou)\b")
_FIGURE = any_case(r"[- ]figures?\Z")
_SCALE_WORDS = re.compile(r"lakh(?=[\s-]?cr)|thousand(?=[\s-]?cr)|k(?=[\s-]?cr)|[a-z]+")
_DECIMAL_COMMA = re.compile(r"\d{1,3},\d{1,2}")


@cache
def _patterns() -> tuple[AnyCase, AnyCase, dict[str, Any]]:
    words = load_words("en", "money")
    quantity = dict(words["numbers"])
    # crores are counted on in words: 1.5 lakh crore, 30k-cr
    scale = rf"(?:(?:lakh|thousand|k)[\s-]?(?:crores?|cr)|{alternation(words['scales'])})(?![A-Za-z])"
    # 1,5 million is one and a half where a continent writes it, and 1,00,000 a hundred thousand in India
    number = (
        rf"(?:\d{{1,3}},\d{{1,2}}(?=\s?{scale})|\d{{1,3}}(?:,\d{{2,3}})+(?:\.\d+)?|\d+(?:\.\d+)?"
        rf"|\b(?:{alternation(quantity)})(?: hundred)?\b)"
    )
    prefix = rf"(?<![A-Za-z$€£])(?:{alternation(words['prefixes'])})"
    suffix = rf"(?:{alternation(words['suffixes'])})\b"
    every = [w for group in words["qualifiers"].values() for w in group]
    qualifier = rf"(?P<qualifier>(?<![A-Za-z])(?:{alternation(every)}))\s*(?:(?:a|an|the)\s+)?"
    link = r"\s?(?:-|–|—|\bto\b)\s?"
    plus = r"(?P<plus>\+|[- ]plus\b|,? (?:or|and) more\b)?"
    amount = any_case(
        rf"(?:{qualifier})?(?P<core>"
        rf"(?:(?P<prefix>{prefix})\s?(?P<n1>{number})(?:[\s-]?(?P<s1>{scale}))?"
        rf"(?:{link}(?:{prefix})?\s?(?P<n2>{number})[\s-]?(?P<s2>{scale}))?(?:[- ](?:{suffix}))?"
        rf"|(?P<m1>{number})(?:[\s-]?(?P<t1>{scale}))?(?:{link}(?P<m2>{number})[\s-]?(?P<t2>{scale}))?"
        rf"[\s-]?(?P<suffix>{suffix})))"
        rf"{plus}"
    )
    vague = any_case(
        rf"(?:(?P<prefix>{prefix})\s?)?(?<![A-Za-z])(?P<words>{alternation(words['vague'])})(?![a-z])"
        rf"(?:(?:-|\s)(?:of )?(?P<suffix>{suffix}))?"
    )
    return amount, vague, words


def find_money(text: str) -> list[MoneyMention]:
    """Finds the amounts of an English text, in order, without overlaps; a number needs its currency."""
    amount, vague, words = _patterns()
    yuan = bool(_CHINA.search(text))
    found: list[MoneyMention] = []
    for match in amount.finditer(text):
        money = _read_amount(match, words, yuan)
        if money:
            found.append(MoneyMention(match.start(), match.end(), money, match.start("core")))
    found = _join_between(found, text)
    taken = [(m.start, m.end) for m in found]
    for match in vague.finditer(text):
        if any(s < match.end() and match.start() < e for s, e in taken):
            continue
        code = _currency(match["prefix"], match["suffix"], yuan)
        if code is None and not _FIGURE.search(match["words"]):
            continue
        low, high = words["vague"][match["words"].lower()]
        money = Money(round(low), round(high), code or "USD", Precision.VAGUE)
        found.append(MoneyMention(match.start(), match.end(), money, match.start("words")))
    return sorted(found, key=lambda m: m.start)


def _join_between(found: list[MoneyMention], text: str) -> list[MoneyMention]:
    """Makes one range of "between $30M and $40M"; without "between" they are two amounts."""
    joined: list[MoneyMention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and text[last.end : mention.start].strip().lower() == "and"
            and text[: last.start].rstrip().lower().endswith("between")
            and last.money.currency == mention.money.currency
            and last.money.value < mention.money.value
        ):
            money = Money(last.money.value, mention.money.value, mention.money.currency, Precision.RANGE)
            joined[-1] = MoneyMention(last.start, mention.end, money, last.core)
        else:
            joined.append(mention)
    return joined


@cache
def _codes(table: str) -> dict[str, str]:
    return {written.casefold(): code for written, code in load_words("en", "money")[table].items()}


def _currency(prefix: str | None, suffix: str | None, yuan: bool) -> str | None:
    for written, table in ((suffix, "suffixes"), (prefix, "prefixes")):
        if written:
            code = _codes(table)[" ".join(written.casefold().split())]
            return "CNY" if code == "JPY" and yuan and written == "¥" else code
    return None


def _number(written: str, words: dict[str, Any]) -> float:
    text = " ".join(written.lower().split())
    if text in words["numbers"]:
        return float(words["numbers"][text])
    if text.endswith(" hundred"):
        return float(words["numbers"][text.removesuffix(" hundred")]) * 100
    return float(text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text.replace(",", ""))


def _scale(written: str | None, words: dict[str, Any]) -> float:
    parts = _SCALE_WORDS.findall(written.lower()) if written else ()
    return math.prod(float(words["scales"][part]) for part in parts)


def _read_amount(match: re.Match[str], words: dict[str, Any], yuan: bool) -> Money | None:
    first, second = match["n1"] or match["m1"], match["n2"] or match["m2"]
    scale1, scale2 = match["s1"] or match["t1"], match["s2"] or match["t2"]
    code = _currency(match["prefix"], match["suffix"], yuan)
    if match["prefix"] in ("R", "r") and not scale1 and not scale2:
        return None  # a model's number, such as R1
    if code is None or (match["suffix"] and not scale1 and not scale2 and len(first) < 3):
        return None
    if second:
        high = round(_number(second, words) * _scale(scale2, words))
        low = round(_number(first, words) * _scale(scale1 or scale2, words))
        return Money(low, high, code, Precision.RANGE) if low < high else Money(high, high, code)
    value = round(_number(first, words) * _scale(scale1, words))
    if value == 0:
        return None
    return build_bounded(value, code, _precision(match["qualifier"], match["plus"], words))


def _precision(qualifier: str | None, plus: str | None, words: dict[str, Any]) -> Precision:
    if plus:
        return Precision.AT_LEAST
    if qualifier:
        folded = " ".join(qualifier.lower().split())
        for name, group in words["qualifiers"].items():
            if folded in group:
                return Precision(name)
    return Precision.EXACT


def build_bounded(value: int, currency: str, precision: Precision) -> Money:
    """Builds an amount from its number and how the words bound it."""
    if precision is Precision.AT_LEAST:
        return Money(value, None, currency, precision)
    if precision is Precision.AT_MOST:
        return Money(None, value, currency, precision)
    return Money(value, value, currency, precision)
