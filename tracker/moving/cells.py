"""What stands in a cell of another database's table: amounts, rounds, dates and names, by what the extractor knows.

A cell that says nothing ("", "undisclosed", 未披露) gives None; one that cannot be read raises BadInput.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from domain.currency import CURRENCIES
from domain.errors import BadInput, BadMoney
from domain.event import DatePrecision, EventDate, Kind, Status
from domain.money import Money, build_exact
from domain.rounds import is_round
from nlp.dates import find_dates
from nlp.mentions import MoneyMention, RoundMention
from nlp.values import find_values

Member = TypeVar("Member", bound=StrEnum)
_CJK = re.compile(r"[㐀-鿿]")
_SAYS_NOTHING = (
    "|-|--|—|——|/|n/a|na|none|null|nan|nil|tbd|unknown|undisclosed|unspecified|not disclosed|amount undisclosed|"
    "undisclosed amount|未披露|未透露|未公开|未知|不详|保密|无"
)
# types of round that tell no letter
_NO_LETTER = (
    "venture|venture - series unknown|series unknown|funding round|private equity|corporate round|corporate minority|"
    "early stage vc|later stage vc|late stage vc|equity|other|未知轮次|其他轮次|股权融资|新一轮|首轮"
)
_NOTHING, _UNNAMED = (frozenset(words.split("|")) for words in (_SAYS_NOTHING, _NO_LETTER))
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+]?\d{1,2})?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?(?:[T ]\d{2}:\d{2}\S*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_LISTED = re.compile(r"\s*[;|、；\n]\s*|\s*[,，](?!\s*(?:Inc|LLC|L\.?P|Ltd|Co|Corp|S\.?A|N\.?V|PLC)\b)\s*")
# a minus before the first figure: -5, -$5M, US$-5M
_NEGATIVE = re.compile(r"[^\d]*?[-−–]\s*[^\w\s]?\s*\d")
# an amount of Chinese numerals and scales that names no currency
_BARE = re.compile(r"[\d.,\s十百千万亿數数几幾近约超逾多余上级級+~-]+")
_TYPE = re.compile(r"(?: (?:round|funding|financing|market|investment|stage))+")
_STATUSES = {
    "announced": Status.ANNOUNCED, "completed": Status.CLOSED, "closed": Status.CLOSED, "done": Status.CLOSED,
    "rumoured": Status.RUMOURED, "rumored": Status.RUMOURED, "upcoming": Status.RUMOURED, "denied": Status.DENIED,
    "已完成": Status.CLOSED, "已宣布": Status.ANNOUNCED, "传闻": Status.RUMOURED,
}  # fmt: skip
_KINDS = {
    "equity": Kind.EQUITY, "debt": Kind.DEBT, "loan": Kind.DEBT, "grant": Kind.GRANT, "commitment": Kind.COMMITMENT,
    "股权": Kind.EQUITY, "债权": Kind.DEBT, "债务": Kind.DEBT,
}  # fmt: skip


def language_of(text: str) -> str:
    """The language by its script."""
    return "zh" if _CJK.search(text) else "en"


def is_nothing(text: str) -> bool:
    """Whether the cell says nothing."""
    return text.strip().casefold() in _NOTHING


def read_currency(text: str) -> str | None:
    """The code of a currency: USD, "US$", "RMB", 人民币, 美元."""
    if is_nothing(text):
        return None
    code = text.strip().upper()
    if code in CURRENCIES:
        return code
    for written in (f"{text}1,000,000", f"1,000,000 {text}", f"100万{text}"):
        if (money := _find_money(written)) is not None:
            return money.currency
    raise BadInput(repr(text), "no currency")


def read_money(text: str, currency: str | None = None, unit: int = 1) -> Money | None:
    """An amount: "$105.5M", 数千万元, "105,500,000"; a bare number counts `unit` of the currency given."""
    text = text.strip()
    if is_nothing(text):
        return None
    if _NEGATIVE.match(text):
        raise BadMoney(repr(text), "an amount cannot be negative")
    if _NUMBER.fullmatch(text):
        return _build_plain(text, currency, unit)
    money = _find_money(text)
    if currency is not None and (money is None or _BARE.fullmatch(text)):
        # 105.5M or 5000 万 beside a column of currencies
        money = money or _find_money(f"USD {text}") or _find_money(f"{text} dollars")
        money = money and replace(money, currency=currency)
    if money is None:
        raise BadInput(repr(text), "no amount" if currency else "no amount with its currency")
    return money


def _build_plain(text: str, currency: str | None, unit: int) -> Money | None:
    number = round(float(text.replace(",", "")) * unit)
    if number == 0:
        return None
    if currency is None:
        raise BadInput(repr(text), "an amount without a currency")
    return build_exact(number, currency)


def _find_money(text: str) -> Money | None:
    """The one amount of a text; None where a figure is left over, as in 1.055,00."""
    found = [value for value in find_values(text, language_of(text)) if isinstance(value, MoneyMention)]
    if len(found) != 1 or any(c.isdigit() for c in text[: found[0].start] + text[found[0].end :]):
        return None
    return found[0].money


def read_round(text: str) -> tuple[str | None, Kind | None]:
    """A round's normal name, and the kind of capital where the round's name tells it; no name for a debt or a grant."""
    text = " ".join(text.replace("_", " ").split())
    folded = text.casefold()
    if is_nothing(folded) or folded in _UNNAMED:
        return None, None
    name = _TYPE.sub("", folded).replace(" ", "-")
    if not is_round(name):
        name = _find_round(text) or _find_round(f"{text} round") or _find_round(f"{text} funding") or ""
    if not name:
        raise BadInput(repr(text), "no round")
    kind = {"debt": Kind.DEBT, "grant": Kind.GRANT}.get(name)
    return (None, kind) if kind else (name, None)


def _find_round(text: str) -> str | None:
    values = find_values(text, language_of(text))
    return next((value.round for value in values if isinstance(value, RoundMention)), None)


def read_date(text: str, form: str | None = None) -> EventDate | None:
    """A day, month, quarter or year; `form` (as strptime has it) settles which number is the month."""
    text = text.strip()
    if is_nothing(text):
        return None
    try:
        if form:
            return EventDate(datetime.strptime(text, form).date())
        found = _read_numbers(text) or _read_words(text)
    except ValueError as error:
        raise BadInput(repr(text), f"no date ({error})") from error
    if found is None:
        raise BadInput(repr(text), "no date")
    return found


def _read_numbers(text: str) -> EventDate | None:
    if match := _YEAR_FIRST.fullmatch(text):
        precision = DatePrecision.DAY if match[3] else DatePrecision.MONTH if match[2] else DatePrecision.YEAR
        return EventDate(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)), precision)
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = map(int, match.groups())
        if first <= 12 and second <= 12 and first != second:
            raise ValueError("which is the month? say it by `date`")
        return EventDate(date(year, min(first, second), max(first, second)))
    return None


def _read_words(text: str) -> EventDate | None:
    for written in (text, f"in {text}"):
        if found := find_dates(written, 0, len(written), language_of(text), None):
            return found[0].value
    return None


def read_names(text: str, separator: str | None = None) -> tuple[str, ...]:
    """The names of a list; where no separator is given, by what stands between names, and not before a legal form."""
    parts = text.split(separator) if separator else _LISTED.split(text)
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if not is_nothing(part)))


def read_status(text: str) -> Status | None:
    """How far the deal is."""
    return _look_up(text, _STATUSES, "none of announced, closed, rumoured, denied")


def read_kind(text: str) -> Kind | None:
    """The kind of capital."""
    return _look_up(text, _KINDS, "none of equity, debt, grant, commitment")


def _look_up(text: str, known: Mapping[str, Member], problem: str) -> Member | None:
    if is_nothing(text):
        return None
    try:
        return known[text.strip().casefold()]
    except KeyError:
        raise BadInput(repr(text), problem) from None
