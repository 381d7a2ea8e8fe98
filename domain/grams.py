"""Text as words that can be searched for: Latin words as they are, Chinese as pairs of neighbouring characters.

    split_words("月之暗面 raises $1B")  → 月之 之暗 暗面 raises 1b

A phrase of pairs finds a Chinese word wherever it stands, without a list of words to cut text by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.names import simplify

_RUN = re.compile(r"[㐀-鿿]+|[^\W_㐀-鿿]+")


def split_words(text: str) -> list[str]:
    """The words of a text in order, folded by case, width, accents and Chinese script."""
    return list(_iter_words(text))


def _iter_words(text: str) -> Iterator[str]:
    for run in _RUN.findall(_fold(text)):
        if not "㐀" <= run[0] <= "鿿" or len(run) == 1:
            yield run
        else:
            yield from map("".join, pairwise(run))


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return simplify("".join(c for c in folded if not unicodedata.combining(c)))


def split_phrases(query: str) -> list[list[str]]:
    """What a query asks for: each stretch without spaces, and each quoted stretch, is a phrase of its words."""
    parts = re.findall(r'"([^"]*)"|(\S+)', query)
    return [words for quoted, plain in parts if (words := split_words(quoted or plain))]


def is_open(words: Sequence[str]) -> bool:
    """Whether a phrase ends with a single Chinese character, which in a text may begin a pair."""
    return _is_single(words[-1])


def trim_phrase(words: Sequence[str]) -> Sequence[str]:
    """The phrase without a single Chinese character in front, which in a text may end a pair."""
    return words[1:] if len(words) > 1 and _is_single(words[0]) else words


def _is_single(word: str) -> bool:
    return len(word) == 1 and "㐀" <= word <= "鿿"
