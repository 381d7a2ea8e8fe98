"""What the trained part sees of each token: the word, and what the pipes before it marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from nlp.mentions import MoneyMention
from nlp.pipes.cues import get_cues
from nlp.pipes.offsets import owners
from nlp.values import Value

Codes = npt.NDArray[np.uint64]
COLUMNS = (
    "norm", "prefix", "suffix", "shape", "left", "right",
    "verb", "hedge", "rule", "known", "place", "sentence", "document", "repeat",
)  # fmt: skip
_WORD, _COLUMN = 6, {name: k for k, name in enumerate(COLUMNS)}
# cues that speak of the whole sentence, the others of what stands beside them
_HEDGES = frozenset(
    ("commitment", "debt", "grant", "past", "fund", "no_round", "rumour", "denial", "totals", "adviser", "partner")
)
_TITLE_CUES = frozenset(("raise", "invest", "valued", "fund", "no_round", "rumour", "denial", "totals", "past"))
_DIGIT = re.compile(r"\d")


def describe(doc: Doc) -> Codes:
    """The features of a body's tokens as numbers, a row a token, a column each of COLUMNS; 0 is nothing."""
    table = np.zeros((len(doc), len(COLUMNS)), np.uint64)
    if len(doc):
        norms = _describe_words(doc, table)
        _describe_marks(doc, table)
        _describe_places(doc, table, norms)
    return table


def _code(column: str, text: str) -> int:
    return crc32(f"{column}={text}".encode("utf-8", "surrogatepass")) or 1


@lru_cache(maxsize=100_000)
def _word_codes(word: str) -> tuple[int, int, int, int]:
    return (
        _code("norm", _norm(word)),
        _code("prefix", word[:3].lower()),
        _code("suffix", word[-3:].lower()),
        _code("shape", _shape(word)),
    )


def _norm(word: str) -> str:
    return _DIGIT.sub("0", word.lower())


def _shape(word: str) -> str:
    signs = ["x" if c.islower() else "X" if c.isupper() else "d" if c.isdigit() else c for c in word[:10]]
    return re.sub(r"(.)\1{2,}", r"\1\1", "".join(signs))


def _value_norm(value: Value) -> str:
    """How a value reads as a word: its currency or its round, whatever the number."""
    return f"¤{value.money.currency}" if isinstance(value, MoneyMention) else f"¤{value.round or 'round'}"


def _describe_words(doc: Doc, table: Codes) -> list[str]:
    words = doc.user_data["words"]
    norms = [_norm(word) for word in words]
    table[:, :4] = [_word_codes(word) for word in words]
    owner = owners(doc)
    for value in doc.user_data["values"]:
        k = int(owner[value.start])
        norms[k] = _value_norm(value)
        table[k, :4] = [_code(column, norms[k]) for column in COLUMNS[:4]]
    # a known name is read by what the lists say of it: else the network learns who raised while it was trained
    for span in doc.spans["known"]:
        for k in range(span.start, span.end):
            norms[k] = f"¤{span.label_}{'-' if k == span.start else ''}"
            table[k, :4] = [_code(column, norms[k]) for column in COLUMNS[:4]]
    padded = ["", *norms, ""]
    table[:, 4] = [_code("left", f"{padded[k]}|{padded[k + 1]}") for k in range(len(norms))]
    table[:, 5] = [_code("right", f"{padded[k + 1]}|{padded[k + 2]}") for k in range(len(norms))]
    return norms


def _describe_marks(doc: Doc, table: Codes) -> None:
    for cue in get_cues(doc):
        column = "hedge" if cue.label in _HEDGES else "verb"
        table[cue.start : cue.end, _COLUMN[column]] = _code(column, cue.label)
    for key, column in (("rules", "rule"), ("known", "known")):
        for span in doc.spans.get(key, ()):
            table[span.start : span.end, _COLUMN[column]] = _code(column, span.label_)
            table[span.start, _COLUMN[column]] = _code(column, f"{span.label_}-")


def _describe_places(doc: Doc, table: Codes, norms: Sequence[str]) -> None:
    size = len(doc)
    cut = next((k for k, word in enumerate(doc.user_data["words"]) if "\n" in word), size)
    title, counts = set(norms[:cut]), Counter(norms)
    hedged = [(cue.start, cue.label) for cue in get_cues(doc) if cue.label in _HEDGES]
    for number, (begin, end) in enumerate(iter_token_sentences(doc)):
        place = "title" if end <= cut + 1 and cut < size else str(min(number, 3))
        table[begin:end, _COLUMN["place"]] = _code("place", place)
        table[begin, _COLUMN["place"]] = _code("place", f"{place}-")
        told = sorted({label for start, label in hedged if begin <= start < end})
        table[begin:end, _COLUMN["sentence"]] = _code("sentence", "|".join(told))
    table[:, _COLUMN["document"]] = _code("document", _tell_document(doc, cut))
    table[:, _COLUMN["repeat"]] = [
        _code("repeat", f"{norm in title and k > cut}|{min(counts[norm], 3)}") for k, norm in enumerate(norms)
    ]


def _tell_document(doc: Doc, cut: int) -> str:
    """What the title says and how much text there is: what stands far below it cannot see that by itself."""
    cues = sorted({cue.label for cue in get_cues(doc) if cue.start < cut and cue.label in _TITLE_CUES})
    money = any(span.label_ == "money" and span.start < cut for span in doc.spans["values"])
    return f"{'|'.join(cues)}|{money}|{len(doc) > 120}|{cut == 0}"


def iter_token_sentences(doc: Doc) -> Iterator[tuple[int, int]]:
    """The sentences as ranges of tokens; what lies between two belongs to the first."""
    owner = owners(doc)
    starts = [int(owner[start]) for start, _ in doc.user_data["sentences"]]
    bounds = sorted({0, *starts}) if len(doc) else []
    yield from zip(bounds, [*bounds[1:], len(doc)], strict=True)
