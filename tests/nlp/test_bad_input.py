"""Whatever stands in an article: no crash, no event without a witness, nothing made up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.event import check_extraction
from nlp.extractor import LONGEST
from tests.nlp.factories import article, extractor, read

WORDS = "Acme raises $5M|Series A|led by|Accel|"
WORDS += "完成|亿元|A轮|融资|领投|红杉中国|<b>|&nbsp;|\u202e|🙂|\n|。|, |（|）|「某某」|¥"
PIECES = st.lists(st.sampled_from([*WORDS.split("|"), "\x00", "\ud800", "2.5 billion"]), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PIECES, PIECES)
def test_every_value_stands_in_the_text_whatever_the_text(title, text):
    given = article(" ".join(title), "".join(text))
    for found in extractor().extract(given):
        check_extraction(found, given)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02",
        "\ud800\udfff",
        "a" * 100_000,
        "融资" * 30_000,
        "$" * 5_000,
        "<div><p>" * 2_000,
        "株式会社アクメは、シリーズＡで５億円を調達したと発表した。",
        "주식회사 아크메가 시리즈 A 투자를 유치했다고 밝혔다.",
    ],
    ids=["control", "surrogates", "one letter", "one word", "signs", "markup", "japanese", "korean"],
)
def test_odd_text_gives_no_event(text):
    assert read("", text) == []


def test_a_wrong_language_is_told_by_the_script():
    assert read("「澜图智算」完成近亿元A轮融资，红杉中国领投", language="en") != []


def test_text_is_read_up_to_a_bound():
    late = "x " * LONGEST + "Acme raises $5M Series A led by Accel."
    assert read("", late) == []


def test_articles_read_together_give_what_each_gives_alone():
    given = [
        article("Bramblewood raises $12M Series A led by Accel"),
        article("", "「澜图智算」完成近亿元A轮融资，红杉中国领投。"),
        article("", ""),
        article("Vantree in talks to raise $200 million"),
    ]
    given += [
        article(f"{name} closes $65 billion round ahead of listing") for name in ("Anthropic", "Ondra", "Vantree")
    ]
    assert list(extractor().extract_many(given)) == [extractor().extract(each) for each in given]
