from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.pipeline import load_pipeline
from nlp.tokens import ValueTokenizer

TEXTS = st.text(st.sampled_from("aZ9 \n$€¥,.-'’（）、。融资亿万元A轮数千x\t"), max_size=80)


def tokenizer(language: str) -> ValueTokenizer:
    return ValueTokenizer(load_pipeline(language, trained=False).vocab, language)


@given(TEXTS, st.sampled_from(["en", "zh"]))
def test_tokens_keep_every_character(text, language):
    assert tokenizer(language)(text).text == text


def test_an_amount_is_one_token():
    assert "$1.5 billion" in [t.text for t in tokenizer("en")("Acme raised $1.5 billion today")]


def test_a_round_is_one_token_and_han_characters_are_single():
    assert [t.text for t in tokenizer("zh")("获数千万元Pre-A轮")] == ["获", "数千万元", "Pre-A轮"]
