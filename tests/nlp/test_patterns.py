"""Patterns that ignore case find what `re` finds where it ignores case."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lang.en import cues
from nlp.patterns import AnyCase, any_case

CUES = {name: value for name, value in vars(cues).items() if isinstance(value, AnyCase)}
WORDS = [
    "Raised",
    "RAISES",
    "$5M",
    "IPO",
    "ipo",
    "Series B",
    "led by",
    "Led By",
    "in Talks",
    "Fund",
    "its",
    ",",
    "\n",
    "é",
    "İ",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_every_cue_stands_where_it_stood_with_case_ignored(text):
    for name, pattern in CUES.items():
        plain = re.compile(pattern.pattern, re.IGNORECASE)
        assert [m.span() for m in pattern.finditer(text)] == [m.span() for m in plain.finditer(text)], name


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        (r"(?P<round>Series [A-K])\b", "a SERIES b round", (2, 10)),
        (r"\S+ IPO\Z", "an ipo", (0, 6)),
        (r"x", "İİX", (2, 3)),
        (r"[A-Z]+", "é1ab", (2, 4)),
        (r"É+", "aéÉ", (1, 3)),
        (r"(?P<Round>A)", "xa", (1, 2)),
    ],
)
def test_offsets_are_those_of_the_text(pattern, text, span):
    found = any_case(pattern).search(text)
    assert found is not None
    assert found.span() == span


def test_a_place_bounds_the_search():
    pattern = any_case("RAISE")
    assert pattern.search("raise raise", 1).span() == (6, 11)
    assert pattern.search("raise raise", 1, 8) is None
    assert pattern.match("a raise", 2)
    assert pattern.fullmatch("a raise", 2)
    assert not pattern.fullmatch("a raise!", 2)


@pytest.mark.parametrize("pattern", [r"(?-i:IPO)", r"\x41", r"[A-z]"])
def test_what_small_letters_would_change_is_refused(pattern):
    with pytest.raises(ValueError, match="means something else"):
        any_case(pattern)
