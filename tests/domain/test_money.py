from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currency import CURRENCIES, DollarsOnly
from domain.errors import BadMoney
from domain.money import Money, Precision, build_exact
from tests.domain.days import NOW

BOUNDS = st.integers(min_value=0, max_value=10**15)


@st.composite
def amounts(draw: st.DrawFn) -> Money:
    low, high = sorted((draw(BOUNDS), draw(BOUNDS)))
    bounds = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    return Money(*bounds, draw(st.sampled_from(sorted(CURRENCIES))), draw(st.sampled_from(Precision)))


@given(amounts())
def test_an_amount_comes_back_from_its_interchange_form(amount: Money) -> None:
    assert Money.from_dict(amount.as_dict()) == amount


@given(amounts())
def test_the_headline_number_is_one_of_the_bounds(amount: Money) -> None:
    assert amount.value in (amount.min, amount.max)


@pytest.mark.parametrize(
    ("low", "high", "value"), [(5, 5, 5), (10_000_000, 100_000_000, 10_000_000), (None, 500, 500), (100, None, 100)]
)
def test_the_headline_number_is_the_lower_bound_unless_there_is_none(low, high, value) -> None:
    assert Money(low, high, "CNY", Precision.VAGUE).value == value


@pytest.mark.parametrize(
    ("low", "high", "currency", "says"),
    [
        (None, None, "USD", "at least one bound"),
        (2, 1, "USD", "exceeds"),
        (-1, 5, "USD", "negative"),
        (None, -5, "USD", "negative"),
        (1, 1, "usd", "not an ISO 4217"),
        (1, 1, "DOLLAR", "not an ISO 4217"),
        (1, 1, "", "not an ISO 4217"),
    ],
)
def test_a_contradictory_amount_is_refused_by_name(low, high, currency, says) -> None:
    with pytest.raises(BadMoney, match=says):
        Money(low, high, currency)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"min": 1},
        {"min": "many", "currency": "USD"},
        {"min": float("inf"), "currency": "USD"},
        {"min": 1, "max": 1, "currency": "USD", "precision": "guess"},
    ],
)
def test_what_is_no_amount_is_refused_and_shown(data) -> None:
    with pytest.raises(BadMoney, match="not an amount"):
        Money.from_dict(data)


@pytest.mark.parametrize("data", ["12 million", None, ["USD", 1]])
def test_what_is_no_object_is_refused(data) -> None:
    with pytest.raises(BadMoney):
        Money.from_dict(data)


def test_fractions_are_rounded_to_whole_units() -> None:
    assert Money.from_dict({"min": 105_500_000.4, "max": 105_500_000.4, "currency": "USD"}) == build_exact(
        105_500_000, "USD"
    )


def test_without_rates_only_dollars_have_a_value_in_dollars() -> None:
    today = NOW.date()
    assert DollarsOnly().to_usd(build_exact(5, "USD"), today) == 5.0
    assert DollarsOnly().to_usd(build_exact(5, "CNY"), today) is None


@pytest.mark.parametrize("code", ["USD", "CNY", "EUR", "HKD", "TWD", "KRW", "INR", "ILS", "AED", "SAR"])
def test_the_currencies_of_the_trade_are_known(code: str) -> None:
    assert code in CURRENCIES


def test_currency_codes_are_three_capitals_and_stand_once() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)
    assert "BTC" not in CURRENCIES
