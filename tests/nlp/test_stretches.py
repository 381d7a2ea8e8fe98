"""Stretches too long to be read in one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nlp.lang import load_reader
from nlp.stretches import LONGEST, cut_long


@given(st.text("ab ，", max_size=40), st.integers(1, 300), st.integers(0, 9))
def test_the_parts_of_a_long_stretch_are_short_and_leave_nothing_out(text, times, start):
    body = text * times
    start = min(start, len(body))
    parts = list(cut_long(body, start, len(body)))
    assert parts[0][0] == start
    assert parts[-1][1] == len(body)
    assert all(end == begin for (_, end), (begin, _) in pairwise(parts))
    assert all(end - begin <= LONGEST for begin, end in parts)


def test_words_stay_whole_where_there_is_a_space():
    body = "financing " * 400
    assert all(body[end - 1] == " " for _, end in cut_long(body, 0, len(body)))


def test_no_language_reads_a_sentence_without_end_in_one():
    for language in ("en", "zh"):
        reader = load_reader(language)
        assert reader is not None
        assert max(end - start for start, end in reader.iter_sentences("融资money " * 2000)) <= LONGEST
