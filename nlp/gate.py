"""The gate: a look at an article's words that passes most news over before the pipeline reads it closely.

words ─→ hashed vectors ─→ windows ─→ mean and highest values of the document ─→ how likely it tells a round

It is small and sees neither marks nor rules: what it lets through is decided by the pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from thinc.api import HashEmbed, Model, Softmax, chain, concatenate, list2ragged, residual, with_array

from nlp.network import build_maxout, in_lots, look, pool, use_numpy
from nlp.pipes.cues import is_told_plainly
from nlp.weights import load_weights

WEIGHTS, WORDS = "gate.npz", "gate_words.npy"
WIDTH = 128
# into how few numbers a window first draws what it sees, by language: a third less time
NARROW = {"en": 64}
_ROWS, _SHAPES = 8000, 300
# more words than these say nothing new; so many are judged together, which fit the processor's cache
_LONGEST = 3000
_TOGETHER = 900
_PIECE = re.compile(
    r"(?P<money>[$€£₹¥₩]\s?\d[\d.,]*\s?(?P<scale>[MBKmbk](?:n|il|ln)?\b|million|billion|trillion|crore|lakh)?)"
    r"|[A-Za-z]+|[\u3400-\u9fff]|\d+|[^\w\s]|\n"
)
Codes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]


def describe_words(body: str, known: Codes | None = None) -> Codes:
    """The words of a body as numbers, a row a word: what it reads and how it is written.

    What is not `known` (sorted codes) reads as nothing: the vectors of words that training never saw are chance.
    """
    return describe_pieces(split_words(body), known)


def describe_pieces(pieces: Sequence[re.Match[str]], known: Codes | None = None) -> Codes:
    """The same of words that have been found before."""
    codes = [_code(match[0], match["scale"] if match["money"] else None) for match in pieces]
    table = np.array(codes, np.uint64).reshape(-1, 2)
    if known is not None and len(known):
        places = np.minimum(np.searchsorted(known, table[:, 0]), len(known) - 1)
        table[known[places] != table[:, 0], 0] = 0
    return table


def split_words(body: str) -> list[re.Match[str]]:
    """The words of a body and where they stand."""
    return list(islice(_PIECE.finditer(body), _LONGEST))


@lru_cache(maxsize=100_000)
def _code(word: str, scale: str | None) -> tuple[int, int]:
    if word[0] in "$€£₹¥₩" and len(word) > 1:
        norm = f"¤{(scale or '')[:1].lower()}"
    else:
        norm = "0" * min(len(word), 4) if word[0].isdigit() else word.lower()
    shape = "X" if word.isupper() else "Xx" if word[0].isupper() else "x"
    return crc32(norm.encode("utf-8", "surrogatepass")) or 1, crc32(f"{shape}|{norm[-2:]}".encode()) or 1


def build_gate(language: str) -> Model[Any, Any]:
    """Builds the network: documents of word codes in, a row a document of (tells none, tells a round) out."""
    return chain(_build_reader(NARROW.get(language)), pool(), build_maxout(WIDTH, 2, 2), Softmax(nO=2, nI=WIDTH))


def _build_reader(narrow: int | None) -> Model[Any, Any]:
    windows = [residual(chain(look(1), with_array(build_maxout(WIDTH, 5, 2, narrow)))) for _ in range(2)]
    vectors = concatenate(
        HashEmbed(WIDTH * 3 // 4, _ROWS, column=0, seed=3, dropout=0.0),
        HashEmbed(WIDTH // 4, _SHAPES, column=1, seed=4, dropout=0.0),
    )
    reader = chain(list2ragged(), with_array(chain(vectors, build_maxout(WIDTH, 1, 2))), *windows)
    reader.name = "reader"
    return reader


def get_reader(network: Model[Any, Any]) -> Model[Any, Any]:
    """The part of the network that makes a vector of each word."""
    return next(node for node in network.walk() if node.name == "reader")


class Gate:
    """Says how likely bodies are to tell a round; what is likely, or not unlikely and told plainly, is read closely."""

    def __init__(self, network: Model[Any, Any], known: Codes, language: str) -> None:
        self._network = network
        self._known = known
        self._language = language
        self.likely, self.least = LIKELY[language], LEAST[language]

    def judge(self, bodies: Sequence[str]) -> list[float]:
        """How likely each body tells a round, from 0 to 1."""
        codes = [describe_words(body, self._known) for body in bodies]
        odds = [0.0] * len(bodies)
        for lot in in_lots(codes, _TOGETHER):
            judged = self._network.predict([codes[k] for k in lot])[:, 1].tolist()
            for k, likely in zip(lot, judged, strict=True):
                odds[k] = likely
        return odds

    def admit(self, bodies: Sequence[str]) -> list[bool]:
        """Which bodies are likely enough to be read closely."""
        return [self.admits(body, odds) for body, odds in zip(bodies, self.judge(bodies), strict=True)]

    def admits(self, body: str, odds: float) -> bool:
        """Whether a body that is judged so likely is read closely."""
        return odds >= self.likely or (odds >= self.least and is_told_plainly(self._language, body))


# by language: what is read closely, and what is where plain words say that a sum is raised or put in. Of the headlines
# and passages that the extractor is measured on, four of 275 that tell a round are held back in English, three of 176
# in Chinese
LIKELY = {"en": 0.08, "zh": 0.08}
LEAST = {"en": 0.02, "zh": 0.008}


def find_gate_weights(language: str) -> Path:
    """Where the gate's trained weights of a language are."""
    return Path(str(resources.files("nlp.lang") / language / "model" / WEIGHTS))


@cache
def load_gate(language: str) -> Gate:
    """The gate of a language, read once a process."""
    use_numpy()
    network = build_gate(language)
    network.initialize(X=[np.ones((1, 2), np.uint64)])
    path = find_gate_weights(language)
    load_weights(network, path)
    return Gate(network, np.load(path.with_name(WORDS)), language)
