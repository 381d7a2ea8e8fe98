"""Which words of a sentence date the news: the publication is on Wednesday, 22 January 2025."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.dates import find_dates, find_stamp
from tests.nlp.factories import read_one

PUBLISHED = date(2025, 1, 22)
DAY, MONTH, QUARTER = "day", "month", "quarter"


def dates(text: str, published: date | None = PUBLISHED) -> list[tuple[str, str, str]]:
    """The dates of a sentence: the words, the day and the precision."""
    language = "zh" if any("一" <= sign <= "鿿" for sign in text) else "en"
    found = find_dates(text, 0, len(text), language, published)
    return [(text[f.start : f.end], f.value.on.isoformat(), f.value.precision.value) for f in found]


@pytest.mark.parametrize(
    ("text", "on", "precision"),
    [
        ("The company said on Tuesday that it raised $5 million", "2025-01-21", DAY),
        ("The company said Wednesday that it raised $5 million", "2025-01-22", DAY),
        ("It today announced a $5 million seed round", "2025-01-22", DAY),
        ("It said yesterday that it had raised $5 million", "2025-01-21", DAY),
        ("BOSTON, Jan. 21, 2025 -- Vantree today announced", "2025-01-21", DAY),
        ("LONDON (21 January) - Vantree has raised", "2025-01-21", DAY),
        ("Vantree raised $5 million on December 30", "2024-12-30", DAY),
        ("Vantree closed the round on 2025-01-14", "2025-01-14", DAY),
        ("Vantree raised $5 million in December", "2024-12-01", MONTH),
        ("Vantree raised $5 million in December 2024", "2024-12-01", MONTH),
        ("Vantree quietly raised $5 million last month", "2024-12-01", MONTH),
        ("Vantree raised $5 million in the first quarter of 2025", "2025-01-01", QUARTER),
        ("Vantree raised $5 million in Q1 2025", "2025-01-01", QUARTER),
        ("1月21日，听岚科技宣布完成A轮融资", "2025-01-21", DAY),
        ("听岚科技于2025年1月21日完成A轮融资", "2025-01-21", DAY),
        ("听岚科技，20日宣布完成A轮融资", "2025-01-20", DAY),
        ("听岚科技今日宣布完成A轮融资", "2025-01-22", DAY),
        ("听岚科技昨日宣布完成A轮融资", "2025-01-21", DAY),
        ("听岚科技前天宣布完成A轮融资", "2025-01-20", DAY),
        ("听岚科技周一宣布完成A轮融资", "2025-01-20", DAY),
        ("听岚科技上周五宣布完成A轮融资", "2025-01-17", DAY),
        ("2025/1/20 听岚科技完成A轮融资", "2025-01-20", DAY),
        ("听岚科技于去年12月完成A轮融资", "2024-12-01", MONTH),
        ("听岚科技今年1月完成A轮融资", "2025-01-01", MONTH),
        ("听岚科技上个月完成A轮融资", "2024-12-01", MONTH),
        ("听岚科技2025年第一季度完成A轮融资", "2025-01-01", QUARTER),
        ("听岚科技今年一季度完成A轮融资", "2025-01-01", QUARTER),
    ],
)
def test_a_date_is_read_with_its_precision(text, on, precision):
    assert [(when, how) for _, when, how in dates(text)][:1] == [(on, precision)]


@pytest.mark.parametrize(
    "text",
    [
        "Founded in January, Vantree raised $5 million",
        "Vantree, established in December 2024, raised $5 million",
        "It has raised $9 million since December",
        "Vantree will open an office by January 31",
        "It raised a seed round in March 2023",
        "Vantree raised $5 million in 2021",
        "It may sell 40% of itself",
        "听岚科技成立于2024年12月，完成A轮融资",
        "2024年12月成立的听岚科技完成A轮融资",
        "听岚科技拟1月底前完成A轮融资",
        "听岚科技此前于1月2日完成天使轮融资",
        "自去年12月以来，听岚科技完成两轮融资",
        "听岚科技完成A轮融资，3日均活跃用户",
        "听岚科技2023年5月完成A轮融资",
        "听岚科技13月完成A轮融资",
        "听岚科技完成A轮融资，今日资本领投",
    ],
)
def test_what_dates_something_else_or_nothing_is_left_out(text):
    assert dates(text) == []


def test_what_is_quoted_dates_no_news():
    assert dates("The tool answers “why did sales dip on Tuesday?” and has raised $5 million") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("听岚科技昨日宣布完成A轮融资", []),
        ("1月21日，听岚科技宣布完成A轮融资", []),
        ("听岚科技于去年12月完成A轮融资", []),
        ("2021年9月，听岚科技宣布完成A轮融资", ["2021-09-01"]),
        ("2021年9月3日，听岚科技宣布完成A轮融资", ["2021-09-03"]),
    ],
)
def test_without_a_publication_only_a_date_with_its_year_counts(text, wanted):
    assert [on for _, on, _ in dates(text, None)] == wanted


@pytest.mark.parametrize(
    ("body", "on"),
    [
        ("听岚科技完成A轮融资\n某报 林一 2020-08-05 11:45\n听岚科技…", "2020-08-05"),
        ("听岚科技完成A轮融资\n2021/4/1 14:07:01 来源：某报", "2021-04-01"),
        ("听岚科技完成A轮融资\n2021-13-01 14:07", None),
        ("听岚科技完成A轮融资\n合同自2021-04-01起生效", None),
        ("x" * 500 + "2021-04-01 14:07", None),
    ],
)
def test_the_stamp_over_a_text_is_its_publication(body, on):
    found = find_stamp(body)
    assert (found and found.value.on.isoformat()) == on


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("某报 林一 2020-08-05 11:45\n8月4日晚间，「听岚科技」宣布完成3000万元A轮融资，由白鹭资本领投。", "2020-08-04"),
        ("某报 林一 2020-08-05 11:45\n「听岚科技」近日宣布完成3000万元A轮融资，由白鹭资本领投。", "2020-08-05"),
    ],
)
def test_an_undated_article_is_dated_by_its_stamp(text, on):
    event = read_one("「听岚科技」完成3000万元A轮融资", text, published_on=None)
    assert event.announced_on is not None
    assert event.announced_on.on.isoformat() == on
