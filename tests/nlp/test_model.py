from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from nlp.parties import LABELS, TAGS, ModelSpan, decode_tags, load_model, split_chunks, tokenize
from nlp.training.augment import build_pools, rename, vary
from nlp.training.examples import Example, derive_example, find_names
from nlp.training.figures import figures_of

LANGUAGES = ("en", "zh")
CLEAR = {
    "en": [
        (
            "Marlowind raises $42M Series B led by Thornfield Capital\nThe round included Quayside Ventures.",
            {("$42M", "amount"), ("Series B", "round"), ("Thornfield Capital", "lead_investor")},
        ),
        (
            "Pellucid Robotics secures $18 million seed round from Ravel Partners\n",
            {("Pellucid Robotics", "company"), ("$18 million", "amount")},
        ),
        ("Brontide hits $3.2B valuation after fresh funding\n", {("$3.2B", "valuation")}),
    ],
    "zh": [
        (
            "砚池科技完成近2亿元B轮融资，松间资本领投\n砚池科技近日宣布完成近2亿元B轮融资，由松间资本领投，澄湖创投跟投。",
            {("砚池科技", "company"), ("B轮", "round"), ("松间资本", "lead_investor"), ("澄湖创投", "investor")},
        ),
    ],
}
ODD = (
    "",
    "\n",
    "   \n\t ",
    "\x00\x07\ufeff",
    "\ud800 raised $5M from \udfff",
    "。。。！！！",
    "a" * 5000,
    "raises " * 3000,
    "融资" * 3000,
    "$" * 3000,
    "🤖💰" * 200,
    "<p>Acme&nbsp;raises <b>$5M</b></p>",
    "Компания привлекла 5 млн",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_ships_a_model_within_its_size(language: str) -> None:
    model = load_model(language)
    assert model is not None
    assert model is load_model(language)


def test_a_language_without_weights_has_no_model() -> None:
    assert load_model("en/../zz") is None


@pytest.mark.parametrize(("language", "text", "expected"), [(k, t, e) for k, cases in CLEAR.items() for t, e in cases])
def test_the_model_finds_what_clear_news_says(language: str, text: str, expected: set[tuple[str, str]]) -> None:
    model = load_model(language)
    assert model is not None
    found = {(text[span.start : span.end], span.label) for span in model.predict([text])[0]}
    assert expected <= found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ODD, ids=lambda t: ascii(t[:12]))
def test_odd_text_is_read_without_a_crash_into_spans_within_it(language: str, text: str) -> None:
    model = load_model(language)
    assert model is not None
    spans = model.predict([text])[0]
    assert all(0 <= s.start < s.end <= len(text) and s.label in LABELS and 0 <= s.score <= 1 for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_read_the_same_alone_and_among_others(language: str) -> None:
    model = load_model(language)
    assert model is not None
    texts = [text for text, _ in CLEAR[language]] + ["", "x\n" * 50]
    alone = [[(s.start, s.end, s.label) for s in model.predict([text])[0]] for text in texts]
    together = [[(s.start, s.end, s.label) for s in spans] for spans in model.predict(texts)]
    assert together == alone


@pytest.mark.parametrize(
    ("language", "written", "label"),
    [
        ("en", "$42M", "amount"),
        ("en", "Thornfield Capital", "lead_investor"),
        ("zh", "2亿元", "amount"),
        ("zh", "砚池科技", "company"),
    ],
)
def test_a_stretch_that_a_rule_found_is_weighed_by_label(language: str, written: str, label: str) -> None:
    text = CLEAR[language][0][0]
    model = load_model(language)
    assert model is not None
    reading = model.read([text])[0]
    weights = reading.weigh(text.index(written), text.index(written) + len(written))
    assert max(weights, key=lambda name: weights[name]) == label
    assert sum(weights.values()) <= 1.001
    assert set(reading.weigh(0, 0).values()) == {0.0}
    assert set(reading.weigh(len(text), len(text) + 9).values()) == {0.0}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["One. Two! Three?\n" * 60, "一句。两句！三句；" * 80, "word " * 700, "字" * 900])
def test_chunks_cover_the_tokens_once_and_stay_short(language: str, text: str) -> None:
    tokens = tokenize(text, language)
    chunks = split_chunks(text, tokens, language)
    assert [k for a, b in chunks for k in range(a, b)] == list(range(len(tokens)))
    assert max(b - a for a, b in chunks) <= 200


def test_decoded_tags_are_always_well_formed() -> None:
    noise = np.random.default_rng(3).random((30, 4, len(TAGS)), dtype=np.float32)
    lengths = [30, 1, 17, 2]
    for path, length in zip(decode_tags(noise / noise.sum(-1, keepdims=True), lengths), lengths, strict=True):
        names = ["O", *(TAGS[tag] for tag in path), "O"]
        assert len(path) == length
        for left, right in pairwise(names):
            goes_on = left[0] in "BI"
            assert (right[0] in "IE" and right[2:] == left[2:]) if goes_on else right[0] in "OBS"


EVENT = {
    "company": ["Marlowind"],
    "round": "series-b",
    "amount": {"min": 42_000_000, "max": 42_000_000, "currency": "USD"},
    "valuation": None,
    "total_raised": None,
    "lead_investors": ["Thornfield Capital|Thornfield"],
    "investors": ["Thornfield Capital|Thornfield", "Quayside"],
}


def test_annotated_news_is_marked_where_its_names_and_values_stand() -> None:
    body = "Marlowind raises $42M Series B\nThornfield led; Quayside joined. Marlowinds sold $9M after a Series A."
    example = derive_example("x", body, [EVENT], "en")
    marks = {(body[a:b], *labels) for a, b, labels in example.marks}
    assert marks == {
        ("Marlowind", "company"),
        ("$42M", "amount"),
        ("Series B", "round"),
        ("Thornfield", "lead_investor"),
        ("Quayside", "investor"),
        ("$9M", "other_money"),
        ("Series A", "other_round"),
    }
    assert example.partial


@pytest.mark.parametrize(
    ("body", "names", "expected"),
    [
        ("Ravel Partners and Ravel", ["Ravel", "Ravel Partners"], ["Ravel Partners", "Ravel"]),
        ("Unravel it", ["Ravel"], []),
        ("RAVEL raises", ["Ravel"], ["RAVEL"]),
        ("由松间资本领投", ["松间资本"], ["松间资本"]),
    ],
)
def test_names_are_found_whole_and_the_longest_first(body: str, names: list[str], expected: list[str]) -> None:
    assert [body[a:b] for a, b, _ in find_names(body, names, "en")] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_variations_keep_marks_on_what_they_mark(language: str) -> None:
    text, expected = CLEAR[language][0]
    marks = [(text.index(name), text.index(name) + len(name), frozenset({label})) for name, label in expected]
    example = Example("x", text, sorted(marks, key=lambda m: m[:2]))
    pools = build_pools([example], ["Ravel Partners"], ["Marlowind"])
    chance = random.Random(5)
    for _ in range(60):
        made = vary(example, language, pools, chance)
        assert all(0 <= a < b <= len(made.text) and made.text[a:b].strip() for a, b, _ in made.marks)
        other = rename(example, language, pools, chance, 1.0)
        kept = [other.text[a:b] for a, b, labels in other.marks if labels & {"amount", "round"}]
        assert kept == [text[a:b] for a, b, labels in example.marks if labels & {"amount", "round"}]


def test_figures_count_hits_over_gold_and_predicted() -> None:
    example = derive_example("x", "Marlowind raises $42M Series B\n", [EVENT], "en")
    perfect = [ModelSpan(0, 9, "company", 1.0), ModelSpan(17, 21, "amount", 1.0)]
    figures = figures_of([example], [perfect])
    assert (figures["company"], figures["amount"], figures["money"]) == (100.0, 100.0, 100.0)
    assert figures_of([example], [[]])["company"] == 0.0
