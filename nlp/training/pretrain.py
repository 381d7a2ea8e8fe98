"""Teaches a network the language before it learns to tag, on plain text: words are hidden and guessed from the rest."""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import Adam, Model, Softmax, chain, list2ragged, set_dropout_rate

from nlp.features import COLUMNS, Codes, describe
from nlp.network import WIDTH, build_network, get_encoder, use_numpy
from nlp.pipeline import load_pipeline
from nlp.training.examples import read_lines
from nlp.weights import save_weights

_OWN = [COLUMNS.index(name) for name in ("norm", "prefix", "suffix", "shape", "left", "right")]
_LEFT, _RIGHT = COLUMNS.index("left"), COLUMNS.index("right")
_GUESSED, _HIDDEN = 5000, 0.18
# how many characters a body has at most
_LONGEST = {"en": 1000, "zh": 500}


def read_bodies(paths: Sequence[Path], longest: int) -> Iterator[str]:
    """The bodies of files of articles, cut into pieces of whole paragraphs that are at most so long."""
    for path in paths:
        for line in read_lines(path):
            title, text = line.get("title") or "", line.get("text") or ""
            piece = title + "\n"
            for paragraph in re.split(r"\n+", text):
                if len(piece) + len(paragraph) > longest:
                    if piece.strip():
                        yield piece
                    piece = "\n"
                piece += paragraph[:longest]
            if piece.strip():
                yield piece


# a body with some words hidden, and which words those are
Hidden = tuple[Codes, npt.NDArray[np.intp]]
Hide = Callable[[Codes, np.random.Generator, float], Hidden]


def hide(table: Codes, chance: np.random.Generator, share: float) -> Hidden:
    """The features with some words hidden, also from their neighbours' pairs, and which words those are."""
    chosen = np.flatnonzero(chance.random(len(table)) < share)
    hidden = table.copy()
    for column in _OWN:
        hidden[chosen, column] = 0
    hidden[np.minimum(chosen + 1, len(table) - 1), _LEFT] = 0
    hidden[np.maximum(chosen - 1, 0), _RIGHT] = 0
    return hidden, chosen


@dataclass
class EncoderOptions:
    """What can be turned."""

    passes: int = 8
    batch: int = 1500
    seed: int = 7
    rate: float = 0.002
    dropout: float = 0.1


def pretrain(language: str, texts: Sequence[Path], out: Path, options: EncoderOptions) -> None:
    """Trains an encoder on the bodies of files of articles, and writes it after every pass."""
    use_numpy()
    random.seed(options.seed)
    np.random.seed(options.seed)
    tables = _read_tables(language, texts)
    network = build_network()
    network.initialize(tables[:5])
    encoder = get_encoder(network)
    learn_words(chain(list2ragged(), encoder), WIDTH, tables, hide, options, lambda: save_weights(encoder, out))


def learn_words(
    reader: Model[Any, Any],
    width: int,
    tables: Sequence[Codes],
    hiding: Hide,
    options: EncoderOptions,
    after_pass: Callable[[], None] = lambda: None,
) -> None:
    """Lets a network that gives a vector of that width a word guess hidden words; ValueError where none is known."""
    chance = np.random.default_rng(options.seed)
    counts = Counter(int(c) for table in tables for c in table[:, 0] if c)
    guessed = {c: k for k, (c, _) in enumerate(counts.most_common(_GUESSED))}
    if not guessed:
        raise ValueError("no word to guess: the texts hold none that is known")
    print(len(tables), "bodies", sum(map(len, tables)), "tokens", file=sys.stderr)
    head: Any = Softmax(nO=len(guessed), nI=width)
    head.initialize()
    set_dropout_rate(reader, options.dropout)
    optimizer = Adam(options.rate, L2=1e-6, grad_clip=1.0)
    for number in range(options.passes):
        begun = time.monotonic()
        optimizer.learn_rate = options.rate * (1 - 0.9 * number / options.passes)
        loss = count = right = 0.0
        for batch in _batches(tables, chance, options.batch):
            hidden = [hiding(table, chance, _HIDDEN) for table in batch]
            told = _step(batch, hidden, reader, head, guessed, optimizer)
            loss, right, count = loss + told[0], right + told[1], count + told[2]
        told_pass = f"pass {number + 1} loss {loss / max(count, 1):.3f} right {right / max(count, 1):.3f}"
        print(told_pass, f"{time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        after_pass()


def _read_tables(language: str, texts: Sequence[Path]) -> list[Codes]:
    pipeline = load_pipeline(language, trained=False)
    bodies = list(read_bodies(texts, _LONGEST[language]))
    random.shuffle(bodies)
    tables = (describe(pipeline(body)) for body in bodies)
    return [table for table in tables if len(table) > 3]


def _batches(tables: Sequence[Codes], chance: np.random.Generator, size: int) -> Iterator[list[Codes]]:
    batch: list[Codes] = []
    for k in chance.permutation(len(tables)):
        batch.append(tables[k])
        if sum(map(len, batch)) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _step(
    batch: Sequence[Codes], covered: Sequence[Hidden], reader: Any, head: Any, guessed: dict[int, int], optimizer: Any
) -> tuple[float, float, int]:
    rows, answers, at = [], [], 0
    for table, (_, chosen) in zip(batch, covered, strict=True):
        for k in chosen:
            answer = guessed.get(int(table[k, 0]))
            if answer is not None:
                rows.append(at + k)
                answers.append(answer)
        at += len(table)
    vectors, back = reader.begin_update([hidden for hidden, _ in covered])
    picked = vectors.dataXd[rows]
    guess, back_head = head.begin_update(picked)
    target = np.arange(len(rows)), np.array(answers, np.intp)
    loss = float(-np.log(guess[target] + 1e-9).sum())
    right = float((guess.argmax(axis=1) == target[1]).sum())
    grad = guess.copy()
    grad[target] -= 1
    grad /= max(len(rows), 1)
    d = np.zeros_like(vectors.dataXd)
    d[rows] = back_head(grad)
    vectors.data = d
    back(vectors)
    head.finish_update(optimizer)
    reader.finish_update(optimizer)
    return loss, right, len(rows)
