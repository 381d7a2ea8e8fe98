from __future__ import annotations

import pytest

from nlp.lang.en.money import find_money as find_english
from nlp.lang.zh.money import find_money as find_chinese

ENGLISH = [
    ("raised $12M today", (12e6, 12e6, "USD", "exact")),
    ("raised $1.2 billion today", (1.2e9, 1.2e9, "USD", "exact")),
    ("raised $5.5Mn today", (5.5e6, 5.5e6, "USD", "exact")),
    ("raised $10bn today", (10e9, 10e9, "USD", "exact")),
    ("raised US$800 bil today", (800e9, 800e9, "USD", "exact")),
    ("raised USD122b today", (122e9, 122e9, "USD", "exact")),
    ("raised $600,000 today", (600_000, 600_000, "USD", "exact")),
    ("raised one billion dollars today", (1e9, 1e9, "USD", "exact")),
    ("raised half a billion dollars today", (5e8, 5e8, "USD", "exact")),
    ("raised more than half a million euros today", (5e5, None, "EUR", "at_least")),
    ("raised a quarter of a billion dollars today", (2.5e8, 2.5e8, "USD", "exact")),
    ("raised 1,5 million euros today", (1.5e6, 1.5e6, "EUR", "exact")),
    ("raised Rs 1,00,000 today", (1e5, 1e5, "INR", "exact")),
    ("raised $8.3 billon today", (8.3e9, 8.3e9, "USD", "exact")),
    ("raised low eight figures today", (1e7, 1e8, "USD", "vague")),
    ("raised ₹100 crore today", (1e9, 1e9, "INR", "exact")),
    ("a ₹1.5 lakh crore plan", (1.5e12, 1.5e12, "INR", "exact")),
    ("a ₹2 Thousand-Crore order", (2e10, 2e10, "INR", "exact")),
    ("a ₹1.2 lakh-cr plan", (1.2e12, 1.2e12, "INR", "exact")),
    ("an INR30k-cr hit", (3e11, 3e11, "INR", "exact")),
    ("raised Rs 85 lakh today", (8.5e6, 8.5e6, "INR", "exact")),
    ("raised €130M today", (130e6, 130e6, "EUR", "exact")),
    ("raised £1.5M today", (1.5e6, 1.5e6, "GBP", "exact")),
    ("raised A$20 million today", (20e6, 20e6, "AUD", "exact")),
    ("raised C$88M today", (88e6, 88e6, "CAD", "exact")),
    ("raised S$21m today", (21e6, 21e6, "SGD", "exact")),
    ("raised HK$300 million today", (300e6, 300e6, "HKD", "exact")),
    ("raised 70 billion won today", (70e9, 70e9, "KRW", "exact")),
    ("raised more than $100M today", (100e6, None, "USD", "at_least")),
    ("raised $2B+ today", (2e9, None, "USD", "at_least")),
    ("raised up to $500 billion today", (None, 500e9, "USD", "at_most")),
    ("raised nearly $20 million today", (20e6, 20e6, "USD", "approx")),
    ("raised $30M-$40M today", (30e6, 40e6, "USD", "range")),
    ("raised between $30M and $40M today", (30e6, 40e6, "USD", "range")),
    ("raised tens of millions of dollars today", (1e7, 1e8, "USD", "vague")),
]
CHINESE = [
    ("完成1.055亿美元融资", (105.5e6, 105.5e6, "USD", "exact")),
    ("完成3亿元融资", (3e8, 3e8, "CNY", "exact")),
    ("完成３０００万元融资", (3e7, 3e7, "CNY", "exact")),
    ("完成三千多万元融资", (3e7, None, "CNY", "at_least")),
    ("完成十亿美元融资", (1e9, 1e9, "USD", "exact")),
    ("完成5000W融资", (5e7, 5e7, "CNY", "exact")),
    ("完成近亿元融资", (1e8, 1e8, "CNY", "approx")),
    ("完成近5亿元人民币融资", (5e8, 5e8, "CNY", "approx")),
    ("完成超10亿元融资", (1e9, None, "CNY", "at_least")),
    ("完成逾2亿美元融资", (2e8, None, "USD", "at_least")),
    ("完成上亿元融资", (1e8, None, "CNY", "at_least")),
    ("完成数千万元融资", (1e7, 1e8, "CNY", "vague")),
    ("完成数百万美元融资", (1e6, 1e7, "USD", "vague")),
    ("完成亿元级融资", (1e8, 1e9, "CNY", "vague")),
    ("完成千万级融资", (1e7, 1e8, "CNY", "vague")),
    ("完成2亿至3亿元融资", (2e8, 3e8, "CNY", "range")),
    ("完成1.5亿港元融资", (1.5e8, 1.5e8, "HKD", "exact")),
    ("完成8000万欧元融资", (8e7, 8e7, "EUR", "exact")),
]


@pytest.mark.parametrize(("text", "wanted"), ENGLISH)
def test_english_amounts_are_read_with_their_bounds(text, wanted):
    (found,) = find_english(text)
    money = found.money
    assert (money.min, money.max, money.currency, money.precision.value) == wanted
    assert text[found.start : found.end].strip() == text[found.start : found.end] != ""


@pytest.mark.parametrize(("text", "wanted"), CHINESE)
def test_chinese_amounts_are_read_with_their_bounds(text, wanted):
    (found,) = find_chinese(text)
    money = found.money
    assert (money.min, money.max, money.currency, money.precision.value) == wanted


@pytest.mark.parametrize(
    "text", ["up 64% from a year earlier", "3 million users", "a 27-year-old", "Series B", "in 2024"]
)
def test_numbers_without_a_currency_are_no_english_amounts(text):
    assert find_english(text) == []


@pytest.mark.parametrize("text", ["用户超过3000万人", "出货1.2万台", "成立于2019年", "120名员工", "参数规模70亿参数"])
def test_numbers_of_other_things_are_no_chinese_amounts(text):
    assert find_chinese(text) == []
