"""Amounts and round names in words, from the stored bounds.

    exact 105,500,000 USD       1.055 亿美元             $105.5M
    approx 700,000,000 CNY      约 7 亿元人民币          about CNY 700M
    approx 100,000,000 CNY      近亿元人民币             nearly CNY 100M
    at least 1,000,000,000 USD  超 10 亿美元             over $1B
    at most 20,000,000,000 USD  最高 200 亿美元          up to $20B
    30 to 40 million USD        3000 万至 4000 万美元    $30M–$40M
    vague 10 to 100 million CNY 数千万元人民币           tens of millions of CNY

A figure of more decimals than `decimals` in its unit is rounded; the bounds themselves stay in the data.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from api.reports.words import AmountWords, Words, load_words
from domain.event import Kind
from domain.money import Money, Precision

_SERIES = re.compile(r"(?P<family>series|pre)-(?P<letter>[a-k])(?P<suffix>\d{0,2}\+{0,3})", re.ASCII)
_NAMED = re.compile(r"(?P<name>[a-z-]+?)(?P<suffix>\d{0,2}\+{0,3})", re.ASCII)
_TOTAL_DECIMALS = 2


def render_money(money: Money, language: str) -> str:
    """The amount in words of the language."""
    words = load_words(language)
    return words.set_apart(_write_money(money, words))


def render_amount(money: Money, kind: Kind, language: str) -> str:
    """The amount of an event: the ceiling of a commitment is its headline figure and stands without "up to"."""
    if kind is Kind.COMMITMENT and money.precision is Precision.AT_MOST:
        money = Money(money.value, money.value, money.currency)
    return render_money(money, language)


def render_total(usd: float, language: str) -> str:
    """A sum of dollars, rounded to two decimals of its unit."""
    words = load_words(language)
    number = write_number(Decimal(round(usd)), words.amounts, _TOTAL_DECIMALS)
    return words.set_apart(_with_currency(number, "USD", words))


def render_round(name: str, language: str) -> str:
    """The round's name as the language writes it; a name that is none of the list stands as it is."""
    words = load_words(language)
    if match := _SERIES.fullmatch(name):
        form = words.rounds[match["family"]]
        return words.set_apart(form.format(letter=match["letter"].upper(), suffix=match["suffix"]))
    match = _NAMED.fullmatch(name)
    if match is None or match["name"] not in words.rounds:
        return name
    return words.set_apart(words.rounds[match["name"]].format(suffix=match["suffix"]))


def _write_money(money: Money, words: Words) -> str:
    amounts, currency = words.amounts, money.currency
    low, high = money.min, money.max
    if money.precision is Precision.VAGUE and (figure := _find_decade(low, high, amounts)):
        return amounts.vague.format(figure=figure, currency=_sign(currency, words), code=currency)
    if low is not None and high is not None and low != high:
        text = _write_range(low, high, currency, words)
        return amounts.approx.format(amount=text) if money.precision is Precision.APPROX else text
    figure = _find_round_figure(money, amounts)
    text = _with_currency(figure or write_number(Decimal(money.value), amounts), currency, words)
    return _form_of(money, amounts).format(amount=text)


def _form_of(money: Money, amounts: AmountWords) -> str:
    """How the precision is said: by the bounds first, since a figure that is only bounded must never look exact."""
    if money.min is None:
        return amounts.at_most
    if money.max is None:
        return amounts.at_least
    if money.precision is Precision.APPROX:
        return amounts.round_approx if _is_round_figure(money, amounts) else amounts.approx
    return {Precision.AT_LEAST: amounts.at_least, Precision.AT_MOST: amounts.at_most}.get(money.precision, "{amount}")


def _is_round_figure(money: Money, amounts: AmountWords) -> bool:
    return money.currency in amounts.round_figure_currencies and money.value in {
        10**exponent for exponent in amounts.round_figures
    }


def _find_round_figure(money: Money, amounts: AmountWords) -> str:
    """亿 for 100 million that is approximate or exceeded: 近亿元, 超亿元."""
    if not _is_round_figure(money, amounts) or (money.precision is not Precision.APPROX and money.max is not None):
        return ""
    if money.min is None:
        return ""
    return amounts.round_figures[len(str(money.value)) - 1]


def _find_decade(low: int | None, high: int | None, amounts: AmountWords) -> str | None:
    """The word for a whole order of magnitude, None where the bounds are not one."""
    if not low or high is None:
        return None
    exponent = len(str(low)) - 1
    if low != 10**exponent or not 9 * low <= high <= 10 * low:
        return None
    return amounts.decades.get(exponent)


def _write_range(low: int, high: int, currency: str, words: Words) -> str:
    sign = _sign(currency, words)
    return words.amounts.range.format(
        low=write_number(Decimal(low), words.amounts),
        high=write_number(Decimal(high), words.amounts),
        currency=sign,
        # a sign is repeated ($30M–$40M), a code is not (CNY 30M–40M)
        again="" if sign.endswith(" ") else sign,
    )


def _with_currency(number: str, currency: str, words: Words) -> str:
    return words.amounts.plain.format(number=number, currency=_sign(currency, words))


def _sign(currency: str, words: Words) -> str:
    """The currency's own sign or name, else its code with the space that it needs."""
    return words.currencies.get(currency) or (f" {currency}" if words.spaced else f"{currency} ")


def write_number(number: Decimal, amounts: AmountWords, decimals: int | None = None) -> str:
    """The number in the largest unit that it fills, also once rounded: 999,999,999 is 1B."""
    places = Decimal(1).scaleb(-(amounts.decimals if decimals is None else decimals))
    exponent, word = 0, ""
    for larger, name in reversed(amounts.units):
        if number.scaleb(-exponent).quantize(places, ROUND_HALF_UP) < 10 ** (larger - exponent):
            break
        exponent, word = larger, name
    text = f"{number.scaleb(-exponent).quantize(places, ROUND_HALF_UP):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + word
