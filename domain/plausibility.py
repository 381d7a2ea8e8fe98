"""What no round can be: an amount beyond the money there is, a currency that is none, a day that no news is of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.currency import CURRENCIES, Rates
from domain.errors import BadInput, BadMoney
from domain.money import Money

_FIRST_YEAR = 1990
_MOST_DOLLARS = 10**13
# no unit is worth more dollars than this: most amounts need no rate to be believed
_DEAREST_UNIT = 4
# units without a reference rate that are worth less than a thousandth of a dollar
_SMALL_UNITS = frozenset(("GNF", "IQD", "IRR", "KHR", "LAK", "LBP", "MGA", "MMK", "PYG", "UGX", "UZS", "VND"))
_SMALL_UNITS_A_DOLLAR = 1_000


def check_money(money: Money, on: date, rates: Rates) -> None:
    """Raises BadMoney where the currency is unknown, or the amount worth more than ten trillion dollars that day."""
    if money.currency not in CURRENCIES:
        raise BadMoney(money.currency, "unknown currency")
    most = max(money.min or 0, money.max or 0)
    if most * _DEAREST_UNIT > _MOST_DOLLARS and _to_usd(replace(money, min=most, max=most), on, rates) > _MOST_DOLLARS:
        raise BadMoney(f"{most:,} {money.currency}", "beyond belief: more than ten trillion dollars")


def _to_usd(money: Money, on: date, rates: Rates) -> float:
    usd = rates.to_usd(money, on)
    if usd is not None:
        return usd
    return money.value / (_SMALL_UNITS_A_DOLLAR if money.currency in _SMALL_UNITS else 1)


def check_day(day: date, latest: date) -> None:
    """Raises BadInput where a day is before 1990 or after the latest one that it can be."""
    if day.year < _FIRST_YEAR:
        raise BadInput(str(day), "a date before 1990")
    if day > latest:
        raise BadInput(str(day), f"a date that is still to come on {latest}")
