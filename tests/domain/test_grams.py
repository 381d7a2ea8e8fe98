from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grams import split_phrases, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("月之暗面 raises $1B", ["月之", "之暗", "暗面", "raises", "1b"]),
        ("Kimi的母公司", ["kimi", "的母", "母公", "公司"]),
        ("智", ["智"]),
        ("ＡＩ Café_x", ["ai", "cafe", "x"]),
        ("數千萬", ["数千", "千万"]),
        ("… — !", []),
    ],
)
def test_text_becomes_words_and_pairs(text, words):
    assert split_words(text) == words


def test_quotes_keep_words_together():
    assert split_phrases('"Moonshot AI" 暗面 -') == [["moonshot", "ai"], ["暗面"]]


@given(st.text(max_size=60))
def test_words_hold_nothing_that_a_query_language_reads(text):
    for word in split_words(text):
        assert word and not set(word) & set("\"'&|!():*<> \t\n")
