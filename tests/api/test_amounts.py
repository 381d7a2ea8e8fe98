from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports.amounts import render_amount, render_money, render_round, render_total
from api.reports.words import Language
from domain.event import Kind
from domain.money import Money, Precision
from domain.rounds import ROUNDS
from tests.api.factories import money

AMOUNTS = [
    # exact
    (money(5e11), "5000 亿美元", "$500B"),
    (money(105.5e6), "1.055 亿美元", "$105.5M"),
    (money(18e6), "1800 万美元", "$18M"),
    (money(1.2e12), "1.2 万亿美元", "$1.2T"),
    (money(6.2e10), "620 亿美元", "$62B"),
    (money(5.25e9), "52.5 亿美元", "$5.25B"),
    (money(1e9), "10 亿美元", "$1B"),
    (money(1e8), "1 亿美元", "$100M"),
    (money(24.6e6), "2460 万美元", "$24.6M"),
    (money(3.5e6), "350 万美元", "$3.5M"),
    (money(750e3), "75 万美元", "$750K"),
    (money(12_500), "1.25 万美元", "$12.5K"),
    (money(8_000), "8000 美元", "$8K"),
    (money(950), "950 美元", "$950"),
    (money(0), "0 美元", "$0"),
    (money(5e7, currency="EUR"), "5000 万欧元", "€50M"),
    (money(2.1e7, currency="GBP"), "2100 万英镑", "£21M"),
    (money(7e8, currency="CNY"), "7 亿元人民币", "CNY 700M"),
    (money(3e7, currency="CNY"), "3000 万元人民币", "CNY 30M"),
    (money(1e8, currency="CNY"), "1 亿元人民币", "CNY 100M"),
    (money(1e9, currency="INR"), "10 亿印度卢比", "INR 1B"),
    (money(4.5e8, currency="HKD"), "4.5 亿港元", "HKD 450M"),
    (money(3e9, currency="JPY"), "30 亿日元", "JPY 3B"),
    (money(1.2e10, currency="KRW"), "120 亿韩元", "KRW 12B"),
    (money(2e6, currency="XOF"), "200 万 XOF", "XOF 2M"),
    (money(500, currency="XOF"), "500 XOF", "XOF 500"),
    # more digits than the unit shows
    (money(123_456_789), "1.2346 亿美元", "$123.457M"),
    (money(999_999_999), "10 亿美元", "$1B"),
    (money(999_999_999_999), "1 万亿美元", "$1T"),
    (money(99_999_999), "9999.9999 万美元", "$100M"),
    (money(999_999), "99.9999 万美元", "$999.999K"),
    # approximate
    (money(7e8, currency="CNY", precision="approx"), "约 7 亿元人民币", "about CNY 700M"),
    (money(1e8, currency="CNY", precision="approx"), "近亿元人民币", "nearly CNY 100M"),
    (money(1e7, currency="CNY", precision="approx"), "近千万元人民币", "nearly CNY 10M"),
    (money(1e9, currency="CNY", precision="approx"), "约 10 亿元人民币", "about CNY 1B"),
    (money(1e8, precision="approx"), "约 1 亿美元", "about $100M"),
    (money(2e7, precision="approx"), "约 2000 万美元", "about $20M"),
    (money(1.8e7, 2.2e7, precision="approx"), "约 1800 万至 2200 万美元", "about $18M–$22M"),
    # bounded on one side
    (money(1e9, precision="at_least"), "超 10 亿美元", "over $1B"),
    (money(1e8, precision="at_least"), "超 1 亿美元", "over $100M"),
    (money(1e9, currency="CNY", precision="at_least"), "超 10 亿元人民币", "over CNY 1B"),
    (money(1e8, currency="CNY", precision="at_least"), "超亿元人民币", "over CNY 100M"),
    (money(5e6, precision="at_least"), "超 500 万美元", "over $5M"),
    (money(None, 2e10, precision="at_most"), "最高 200 亿美元", "up to $20B"),
    (money(None, 1e8, "CNY", "at_most"), "最高 1 亿元人民币", "up to CNY 100M"),
    # one open bound says so, whatever the precision claims
    (Money(10**9, None, "USD", Precision.EXACT), "超 10 亿美元", "over $1B"),
    (Money(None, 10**9, "USD", Precision.VAGUE), "最高 10 亿美元", "up to $1B"),
    (Money(10**9, 10**9, "USD", Precision.AT_LEAST), "超 10 亿美元", "over $1B"),
    # ranges
    (money(1e8, 1.5e8), "1 亿至 1.5 亿美元", "$100M–$150M"),
    (money(3e7, 4e7), "3000 万至 4000 万美元", "$30M–$40M"),
    (money(8e8, 1.2e9), "8 亿至 12 亿美元", "$800M–$1.2B"),
    (money(3e7, 4e7, "CNY"), "3000 万至 4000 万元人民币", "CNY 30M–40M"),
    (money(5e7, 6e7, "EUR"), "5000 万至 6000 万欧元", "€50M–€60M"),
    (money(500, 800), "500 至 800 美元", "$500–$800"),
    (Money(1, 2, "USD", Precision.EXACT), "1 至 2 美元", "$1–$2"),
    # vague
    (money(1e7, 1e8, "CNY", "vague"), "数千万元人民币", "tens of millions of CNY"),
    (money(1e6, 1e7, "CNY", "vague"), "数百万元人民币", "millions of CNY"),
    (money(1e8, 1e9, "CNY", "vague"), "数亿元人民币", "hundreds of millions of CNY"),
    (money(1e7, 99_999_999, "CNY", "vague"), "数千万元人民币", "tens of millions of CNY"),
    (money(1e7, 1e8, "USD", "vague"), "数千万美元", "tens of millions of USD"),
    (money(1e6, 1e7, "USD", "vague"), "数百万美元", "millions of USD"),
    (money(1e8, 1e9, "USD", "vague"), "数亿美元", "hundreds of millions of USD"),
    (money(1e9, 1e10, "USD", "vague"), "数十亿美元", "billions of USD"),
    (money(1e10, 1e11, "USD", "vague"), "数百亿美元", "tens of billions of USD"),
    (money(1e5, 1e6, "EUR", "vague"), "数十万欧元", "hundreds of thousands of EUR"),
    (money(2e7, 9e7, "CNY", "vague"), "2000 万至 9000 万元人民币", "CNY 20M–90M"),
    (money(1e8, precision="vague"), "超 1 亿美元", "over $100M"),
]


@pytest.mark.parametrize(("amount", "zh", "en"), AMOUNTS, ids=[en for _, _, en in AMOUNTS])
def test_amounts_are_written_as_each_language_writes_them(amount, zh, en):
    assert render_money(amount, "zh") == zh
    assert render_money(amount, "en") == en


ROUND_NAMES = [
    ("pre-seed", "Pre-Seed 轮", "Pre-seed"),
    ("seed", "种子轮", "Seed"),
    ("seed+", "种子+轮", "Seed+"),
    ("angel", "天使轮", "Angel"),
    ("angel+", "天使+轮", "Angel+"),
    ("pre-a", "Pre-A 轮", "Pre-A"),
    ("pre-a+", "Pre-A+ 轮", "Pre-A+"),
    ("pre-b", "Pre-B 轮", "Pre-B"),
    ("series-a", "A 轮", "Series A"),
    ("series-a+", "A+ 轮", "Series A+"),
    ("series-a++", "A++ 轮", "Series A++"),
    ("series-a1", "A1 轮", "Series A1"),
    ("series-b", "B 轮", "Series B"),
    ("series-b2", "B2 轮", "Series B2"),
    ("series-c", "C 轮", "Series C"),
    ("series-d", "D 轮", "Series D"),
    ("series-e", "E 轮", "Series E"),
    ("series-f", "F 轮", "Series F"),
    ("series-j", "J 轮", "Series J"),
    ("series-k", "K 轮", "Series K"),
    ("growth", "成长轮", "Growth"),
    ("bridge", "过桥轮", "Bridge"),
    ("strategic", "战略融资", "Strategic"),
    ("pre-ipo", "Pre-IPO 轮", "Pre-IPO"),
    ("convertible", "可转债", "Convertible"),
    ("debt", "债权融资", "Debt"),
    ("grant", "资助", "Grant"),
    ("crowdfunding", "众筹", "Crowdfunding"),
    ("secondary", "老股转让", "Secondary"),
    ("something new", "something new", "something new"),
]


@pytest.mark.parametrize(("name", "zh", "en"), ROUND_NAMES, ids=[name for name, _, _ in ROUND_NAMES])
def test_rounds_are_named_as_each_language_names_them(name, zh, en):
    assert (render_round(name, "zh"), render_round(name, "en")) == (zh, en)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", ROUNDS)
def test_every_round_of_the_closed_list_has_a_name(name, language):
    shown = render_round(name, language)
    assert shown != name
    assert "{" not in shown


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [(Kind.COMMITMENT, "5000 亿美元", "$500B"), (Kind.EQUITY, "最高 5000 亿美元", "up to $500B")],
)
def test_only_the_ceiling_of_a_commitment_stands_without_up_to(kind, zh, en):
    ceiling = money(None, 5e11, precision="at_most")
    assert (render_amount(ceiling, kind, "zh"), render_amount(ceiling, kind, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("usd", "zh", "en"),
    [
        (0.0, "0 美元", "$0"),
        (1_234_567_891.0, "12.35 亿美元", "$1.23B"),
        (5e11, "5000 亿美元", "$500B"),
        (999_999_999.4, "10 亿美元", "$1B"),
        (1_372_000.4, "137.2 万美元", "$1.37M"),
    ],
)
def test_sums_are_rounded_to_two_decimals(usd, zh, en):
    assert (render_total(usd, "zh"), render_total(usd, "en")) == (zh, en)


bounds = st.integers(0, 10**15)


@given(bounds, bounds, st.sampled_from(list(Precision)), st.sampled_from(["USD", "CNY", "XOF", "KRW"]))
def test_any_amount_is_written_in_every_language(first, second, precision, currency):
    low, high = sorted((first, second))
    for amount in (
        Money(low, high, currency, precision),
        Money(low, None, currency, precision),
        Money(None, high, currency, precision),
    ):
        for language in Language:
            text = render_money(amount, language)
            assert text == text.strip()
            assert "  " not in text
            assert not {"{", "}", "E+"} & set(text)


@given(st.integers(1, 10**14))
def test_a_written_figure_lies_within_a_twentieth_of_a_percent(number):
    import re

    units = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "": 1}
    match = re.fullmatch(r"\$([\d.]+)([KMBT]?)", render_money(money(number), "en"))
    assert match
    assert float(match[1]) * units[match[2]] == pytest.approx(number, rel=5e-4)
