"""Finds the parties of a deal with trained weights: role-labelled spans of the body, each with a probability.

    body → tokens → chunks of sentences → vectors of the tokens → two bidirectional LSTM layers → tags → spans

The network is trained by `nlp.training.train` and executed here by numpy alone.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.names import simplify

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LABELS = (
    "company",
    "product",
    "lead_investor",
    "investor",
    "adviser",
    "amount",
    "valuation",
    "total_raised",
    "other_money",
    "round",
    "other_round",
    "other_org",
    "person",
)
TAGS = ("O", *(f"{position}-{label}" for label in LABELS for position in "BIES"))

_WORDS = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|\n|[^\w\s]|_")
_DIGIT = re.compile(r"\d")
_CHARACTERS = re.compile(r"\n|\S")
_SENTENCE_END = {"en": frozenset(".!?\n"), "zh": frozenset("。！？；\n")}
_CHUNK = {"en": 120, "zh": 200}
_LONGEST = 100_000
_HALF_WIDTH = {0xFF00 + k: 0x20 + k for k in (*range(0x10, 0x1A), *range(0x21, 0x3B), *range(0x41, 0x5B))}
NGRAMS = 4096
NGRAMS_A_WORD = 12
_PUNCTUATION = "$€£¥₹.,:;-–—()\"'“”‘’/|&%+!?\n，。、：；（）「」《》【】！？·"
SHAPES = 16 + len(_PUNCTUATION)


@dataclass(frozen=True, slots=True)
class ModelSpan:
    """A stretch `body[start:end]` that the model takes for `label`; `score` is its probability, 0 to 1."""

    start: int
    end: int
    label: str
    score: float


@dataclass(slots=True)
class Reading:
    """What the model makes of one text: spans, and how likely each label is at any stretch of it."""

    tokens: list[tuple[int, int]]
    spans: list[ModelSpan]
    labels: Floats

    def weigh(self, start: int, end: int) -> dict[str, float]:
        """The probability of each label for `body[start:end]`; what is missing to 1 is that of none.

        So a rule that found an amount or a name by itself can ask what the model takes it for.
        """
        first = bisect_right(self.tokens, start, key=lambda token: token[1])
        last = bisect_left(self.tokens, end, key=lambda token: token[0])
        if first >= last:
            return dict.fromkeys(LABELS, 0.0)
        return dict(zip(LABELS, map(float, self.labels[first:last].mean(axis=0)), strict=True))

    def add(self, offset: int, tags: Sequence[int], labels: Floats) -> None:
        """Takes in the tags and probabilities of a chunk that begins at token `offset`."""
        self.labels[offset : offset + len(tags)] = labels
        begin = 0
        for k, tag in enumerate(tags):
            if TAGS[tag][0] in "BS":
                begin = k
            if TAGS[tag][0] in "ES":
                number = (tag - 1) // 4
                score = round(min(1.0, float(labels[begin : k + 1, number].mean())), 3)
                start, end = self.tokens[offset + begin][0], self.tokens[offset + k][1]
                self.spans.append(ModelSpan(start, end, LABELS[number], score))


def tokenize(text: str, language: str) -> list[tuple[int, int]]:
    """The tokens of a text as offsets: words, numbers and marks in English, characters in Chinese."""
    pattern = _CHARACTERS if language == "zh" else _WORDS
    return [match.span() for match in pattern.finditer(text[:_LONGEST])]


def split_chunks(text: str, tokens: Sequence[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """Ranges of tokens that are read together: whole sentences as many as fit, the title among them."""
    longest, ends = _CHUNK[language], _SENTENCE_END[language]
    cuts = [k + 1 for k, (start, _) in enumerate(tokens) if text[start] in ends and _ends_sentence(text, start)]
    chunks, begin, last = [], 0, 0
    for cut in [*cuts, len(tokens)]:
        if cut - begin > longest and last > begin:
            chunks.append((begin, last))
            begin = last
        while cut - begin > longest:
            chunks.append((begin, begin + longest))
            begin += longest
        last = cut
    if last > begin:
        chunks.append((begin, last))
    return chunks


def _ends_sentence(text: str, position: int) -> bool:
    return text[position] != "." or text[position + 1 : position + 2].isspace() or position + 1 == len(text)


def shape_of(word: str) -> int:
    """A number for how a word is written."""
    if len(word) == 1 and word in _PUNCTUATION:
        return 16 + _PUNCTUATION.index(word)
    if word[0].isdigit():
        return 1 if len(word) < 3 else 2 if len(word) < 4 else 3
    if not word[0].isalpha():
        return 4
    if word > "⺀":
        return 5
    if word.islower():
        return 6 if len(word) > 3 else 7
    if word.isupper():
        return 8 if len(word) == 1 else 9 if len(word) < 4 else 10
    if word[1:].islower():
        return 11
    return 12 if word[0].isupper() else 13


def ngrams_of(word: str) -> list[int]:
    """Hashes of a word's beginnings, endings and three-letter parts."""
    padded = f"<{word.lower()}>"
    parts = [padded[:3], padded[:4], padded[-4:], padded[-3:], padded]
    parts += [padded[k : k + 3] for k in range(1, len(padded) - 3)]
    found = [1 + zlib.crc32(p.encode("utf-8", "replace")) % (NGRAMS - 1) for p in parts[:NGRAMS_A_WORD]]
    return found + [0] * (NGRAMS_A_WORD - len(found))


def flags_of(text: str, tokens: Sequence[tuple[int, int]]) -> Floats:
    """What a token's surroundings tell: glued to the one before, in the first line, in a line written in capitals."""
    flags = np.zeros((len(tokens), 4), np.float32)
    first = text.find("\n")
    before = -1
    capitals = 0.0
    line_end = -1
    for k, (start, end) in enumerate(tokens):
        if start > line_end:
            stop = text.find("\n", start)
            line_end = stop if stop >= 0 else len(text)
            words = re.findall(r"[A-Za-z]{4,}", text[start : min(line_end, start + 400)])
            capitals = sum(w[0].isupper() for w in words) / len(words) if words else 0.0
        flags[k] = (start == before, start < first, capitals > 0.6, 1.0)
        before = end
    return flags


def keys_of(text: str, tokens: Sequence[tuple[int, int]], language: str) -> list[str]:
    """What each token's vector is looked up by: the word, in Chinese the character between its neighbours."""
    if language != "zh":
        return [text[start:end] for start, end in tokens]
    plain = simplify(text[:_LONGEST]).translate(_HALF_WIDTH)
    words = [plain[start] for start, _ in tokens]
    padded = ["\n", *words, "\n"]
    return ["".join(padded[k : k + 3]) for k in range(len(words))]


def features_of(key: str, language: str) -> tuple[str, int, list[int]]:
    """A key's word for the vocabulary, its shape and its hashed parts."""
    if language != "zh":
        word = _DIGIT.sub("0", key.lower())
        return word, shape_of(key), ngrams_of(word)
    left, word, right = key[0], key[1], key[2]
    parts = [1 + zlib.crc32(p.encode("utf-8", "replace")) % (NGRAMS - 1) for p in (left + word, "+" + word + right)]
    return word, shape_of(word), parts + [0] * (NGRAMS_A_WORD - 2)


class PartyModel:
    """A language's trained network; reading a text changes nothing but the cache of word vectors."""

    def __init__(self, language: str, words: Sequence[str], weights: dict[str, Floats]) -> None:
        self.language = language
        self._words = {word: k for k, word in enumerate(words)}
        self._weights = weights
        self._cache: dict[str, Floats] = {}
        self._layers = sum(name.startswith("input") for name in weights)
        self._contexts = sum(name.startswith("gru_input") for name in weights)

    def predict(self, texts: Sequence[str]) -> list[list[ModelSpan]]:
        """The spans of each text, in order and without overlaps."""
        return [reading.spans for reading in self.read(texts)]

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Reads texts together, which is faster than one by one; what is found does not depend on the company."""
        tokens = [tokenize(text, self.language) for text in texts]
        chunks: list[tuple[int, int, Floats]] = []
        for number, text in enumerate(texts):
            if tokens[number]:
                vectors = self._embed(text, tokens[number])
                chunks += [(number, a, vectors[a:b]) for a, b in split_chunks(text, tokens[number], self.language)]
        order = sorted(range(len(chunks)), key=lambda k: len(chunks[k][2]))
        found: dict[int, tuple[list[int], Floats]] = {}
        for begin in range(0, len(order), 32):
            batch = order[begin : begin + 32]
            found.update(zip(batch, self._tag([chunks[k][2] for k in batch]), strict=True))
        readings = [Reading(where, [], np.zeros((len(where), len(LABELS)), np.float32)) for where in tokens]
        for k, (number, offset, _) in enumerate(chunks):
            readings[number].add(offset, *found[k])
        return readings

    def _embed(self, text: str, tokens: list[tuple[int, int]]) -> Floats:
        keys = keys_of(text, tokens, self.language)
        if len(self._cache) > 50_000:
            self._cache.clear()
        vectors = np.stack([self._vector(key) for key in keys])
        return np.concatenate([vectors, flags_of(text, tokens)], axis=1)

    def _vector(self, key: str) -> Floats:
        known = self._cache.get(key)
        if known is None:
            word, shape, parts = features_of(key, self.language)
            w = self._weights
            filled = [p for p in parts if p]
            letters = w["ngrams"][filled].sum(axis=0) / len(filled)
            known = np.concatenate([w["words"][self._words.get(word, 0)], w["shapes"][shape], letters])
            self._cache[key] = known
        return known

    def _tag(self, chunks: list[Floats]) -> list[tuple[list[int], Floats]]:
        lengths = [len(chunk) for chunk in chunks]
        longest = max(lengths)
        x = np.zeros((longest, len(chunks), chunks[0].shape[1]), np.float32)
        reverse = np.zeros((longest, len(chunks)), np.int64)
        for k, chunk in enumerate(chunks):
            x[: len(chunk), k] = chunk
            reverse[:, k] = np.arange(longest)
            reverse[: len(chunk), k] = np.arange(len(chunk))[::-1]
        columns = np.arange(len(chunks))
        x = np.concatenate([self._read_context(x, reverse, columns), x], axis=-1) if self._contexts else x
        for layer in range(self._layers):
            x = self._recur(x, reverse, columns, layer)
        scores = x @ self._weights["tags"] + self._weights["tags_bias"]
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        tags = decode_tags(scores, lengths)
        labels = scores[..., 1:].reshape(*scores.shape[:2], len(LABELS), 4).sum(axis=-1)
        return [(tags[k], labels[: lengths[k], k]) for k in range(len(chunks))]

    def _read_context(self, x: Floats, reverse: Ints, columns: Ints) -> Floats:
        """Gated recurrent layers over the word vectors alone, which know words and names of the language at large."""
        w = self._weights
        x = x[..., : w["words"].shape[1]]
        for layer in range(self._contexts):
            gates, state = w[f"gru_gates{layer}"], w[f"gru_state{layer}"]
            steps, width, size = x.shape[0], x.shape[1], state.shape[1]
            both = np.stack([x, x[reverse, columns]])
            given = np.matmul(both.reshape(2, steps * width, -1), w[f"gru_input{layer}"])
            given += w[f"gru_bias{layer}"][:, None]
            given = np.ascontiguousarray(given.reshape(2, steps, width, 3 * size).swapaxes(0, 1))
            hidden = np.zeros((2, width, size), np.float32)
            out = np.empty((steps, 2, width, size), np.float32)
            for step in range(steps):
                z = given[step, :, :, : 2 * size] + np.matmul(hidden, gates)
                z *= 0.5
                np.tanh(z, out=z)
                z += 1.0
                z *= 0.5
                new = np.tanh(given[step, :, :, 2 * size :] + np.matmul(z[..., size:] * hidden, state))
                hidden = hidden + z[..., :size] * (new - hidden)
                out[step] = hidden
            x = np.concatenate([out[:, 0], out[:, 1][reverse, columns]], axis=-1)
        return x

    def _recur(self, x: Floats, reverse: Ints, columns: Ints, layer: int) -> Floats:
        w = self._weights
        inner, bias = w[f"inner{layer}"], w[f"bias{layer}"]
        steps, width, size = x.shape[0], x.shape[1], inner.shape[1]
        both = np.stack([x, x[reverse, columns]])
        gates = np.matmul(both.reshape(2, steps * width, -1), w[f"input{layer}"]) + bias[:, None]
        gates = np.ascontiguousarray(gates.reshape(2, steps, width, 4 * size).swapaxes(0, 1))
        hidden = np.zeros((2, width, size), np.float32)
        cell = np.zeros_like(hidden)
        out = np.empty((steps, 2, width, size), np.float32)
        for step in range(steps):
            z = gates[step]
            z += np.matmul(hidden, inner)
            z[..., : 3 * size] *= 0.5
            np.tanh(z, out=z)
            z[..., : 3 * size] += 1.0
            z[..., : 3 * size] *= 0.5
            cell = z[..., size : 2 * size] * cell + z[..., :size] * z[..., 3 * size :]
            hidden = z[..., 2 * size : 3 * size] * np.tanh(cell)
            out[step] = hidden
        return np.concatenate([out[:, 0], out[:, 1][reverse, columns]], axis=-1)


_CLOSED = np.array([k for k, tag in enumerate(TAGS) if tag[0] in "OES"])
_FRESH = np.array([k for k, tag in enumerate(TAGS) if tag[0] in "OBS"])
_BEGIN, _INSIDE, _END = (np.array([k for k, tag in enumerate(TAGS) if tag[0] == position]) for position in "BIE")
_BARRED = np.float32(-1e4)


def decode_tags(probabilities: Floats, lengths: Sequence[int]) -> list[list[int]]:
    """The likeliest well-formed tags of each chunk (Viterbi); `probabilities` is step by chunk by tag.

    What begins or stands alone follows the best closed tag, what goes on follows its own beginning or inside: so each
    step needs two maxima instead of a table of all pairs.
    """
    logs = np.log(probabilities + np.float32(1e-9))
    steps, width, _ = logs.shape
    closed = np.zeros((steps, width), np.int64)
    inside = np.zeros((steps, width, len(_BEGIN)), bool)
    score = np.full((width, len(TAGS)), _BARRED, np.float32)
    score[:, _FRESH] = logs[0][:, _FRESH]
    finals = np.empty((steps, width), np.int64)
    finals[0] = _CLOSED[score[:, _CLOSED].argmax(axis=1)]
    columns = np.arange(width)
    for step in range(1, steps):
        closed[step] = _CLOSED[score[:, _CLOSED].argmax(axis=1)]
        begun, going = score[:, _BEGIN], score[:, _INSIDE]
        inside[step] = going > begun
        best = np.maximum(begun, going)
        score = score[columns, closed[step]][:, None] + logs[step]
        score[:, _INSIDE] = best + logs[step][:, _INSIDE]
        score[:, _END] = best + logs[step][:, _END]
        finals[step] = _CLOSED[score[:, _CLOSED].argmax(axis=1)]
    return [_trace(finals[lengths[k] - 1, k], closed[:, k], inside[:, k], lengths[k]) for k in range(width)]


def _trace(tag: int, closed: Ints, inside: npt.NDArray[np.bool_], length: int) -> list[int]:
    path = [int(tag)]
    for step in range(length - 1, 0, -1):
        number = path[-1]
        if TAGS[number][0] in "IE":
            label = (number - 1) // 4
            path.append(int((_INSIDE if inside[step, label] else _BEGIN)[label]))
        else:
            path.append(int(closed[step]))
    return path[::-1]


@cache
def load_model(language: str) -> PartyModel | None:
    """The model of a language; None where none is shipped. Read once a process."""
    folder = resources.files("nlp.lang") / language / "model"
    if not (folder / "weights.npz").is_file():
        return None
    with (folder / "weights.npz").open("rb") as stream:
        arrays: dict[str, Any] = dict(np.load(stream))
    words = (folder / "words.txt").read_text("utf-8").split("\n")
    return PartyModel(language, words, {name: restore(arrays, name) for name in arrays if not name.endswith("_scale")})


def restore(arrays: dict[str, Any], name: str) -> Floats:
    """An array as it is computed with; those of small integers are multiplied by their rows' scale."""
    values: Floats = arrays[name].astype(np.float32)
    scale = arrays.get(f"{name}_scale")
    return values if scale is None else values * scale.astype(np.float32)
