"""Splits a body into tokens: amounts, names of rounds, Latin words, single Han characters, marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.values import Value, find_values

# letters before a share, runs of letters and digits, single Han characters, runs of white space, single marks
_PIECE = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]|[A-Za-z]{2,}(?=\d+(?:\.\d+)?%)|(?:(?![\u3400-\u9fff\uf900-\ufaff])[^\W_])+|\s+|.",
    re.DOTALL,
)


class ValueTokenizer:
    """A spaCy tokenizer for one language; `doc.user_data` keeps its words, spaces and the values found."""

    def __init__(self, vocab: Vocab, language: str) -> None:
        self.vocab = vocab
        self.language = language

    def __call__(self, text: str) -> Doc:
        """Splits the text; every character of it is kept."""
        values = find_values(text, self.language)
        words, spaces = _lay_out(text, values)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        # a document puts its text together anew each time it is asked
        doc.user_data["text"] = text
        doc.user_data["language"] = self.language
        doc.user_data["values"] = values
        doc.user_data["words"] = words
        doc.user_data["spaces"] = spaces
        return doc

    # spaCy asks every tokenizer for these; there is nothing learnt here to keep
    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to keep."""
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> ValueTokenizer:
        """Nothing to read."""
        return self


def split_name(name: str) -> list[str]:
    """The words of a name as the tokenizer splits it; names hold no values, and looking for them takes long."""
    return _lay_out(name, ())[0]


def _lay_out(text: str, values: Sequence[Value]) -> tuple[list[str], list[bool]]:
    words: list[str] = []
    spaces: list[bool] = []

    def add(piece: str) -> None:
        if piece == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
        else:
            words.append(piece)
            spaces.append(False)

    at = 0
    for value in values:
        for match in _PIECE.finditer(text, at, value.start):
            add(match[0])
        add(text[value.start : value.end])
        at = value.end
    for match in _PIECE.finditer(text, at):
        add(match[0])
    return words, spaces
