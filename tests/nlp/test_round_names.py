from __future__ import annotations

import pytest

from nlp.lang.en.rounds import find_rounds as find_english
from nlp.lang.zh.rounds import find_rounds as find_chinese


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("closed its Series B", ["series-b"]),
        ("a Series A1 round", ["series-a1"]),
        ("a Series D-1 financing", ["series-d1"]),
        ("pre-seed and seed money", ["pre-seed", "seed"]),
        ("a pre-Series A round", ["pre-a"]),
        ("a Pre-A+ round", ["pre-a+"]),
        ("its Series A and B rounds", ["series-a", "series-b"]),
        ("an extended series a+", ["series-a+"]),
        ("a bridge round", ["bridge"]),
        ("a strategic investment", ["strategic"]),
        ("its first round yet", []),
    ],
)
def test_english_rounds_keep_their_suffixes(text, wanted):
    assert [r.round for r in find_english(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("完成Pre-A+轮融资", ["pre-a+"]),
        ("完成B-1轮融资", ["series-b1"]),
        ("完成A+++轮融资", ["series-a+++"]),
        ("完成A1轮融资", ["series-a1"]),
        ("完成B++轮融资", ["series-b++"]),
        ("完成天使+轮融资", ["angel+"]),
        ("连续完成天使轮和Pre-A轮融资", ["angel", "pre-a"]),
        ("完成A及A+轮融资", ["series-a", "series-a+"]),
        ("完成战略融资", ["strategic"]),
        ("完成种子轮融资", ["seed"]),
        ("完成新一轮融资", [None]),
        ("完成首轮融资", [None]),
    ],
)
def test_chinese_rounds_keep_their_suffixes_and_words_without_a_letter_name_none(text, wanted):
    assert [r.round for r in find_chinese(text)] == wanted
