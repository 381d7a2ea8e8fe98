"""Teaches a network the language before it learns to tag, on plain text: words are hidden and guessed from the rest.

`python -m nlp.training.pretrain --lang en --text headlines.jsonl --out encoder.bin`
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import Adam, Softmax, chain, list2ragged, set_current_ops, set_dropout_rate, with_array
from thinc.backends import NumpyOps

from nlp.features import COLUMNS, Codes, describe
from nlp.network import build_network, get_encoder
from nlp.pipeline import load_pipeline
from nlp.training.examples import read_lines
from nlp.weights import save_weights

_OWN = [COLUMNS.index(name) for name in ("norm", "prefix", "suffix", "shape", "left", "right")]
_LEFT, _RIGHT = COLUMNS.index("left"), COLUMNS.index("right")
_GUESSED = 5000


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


def hide(table: Codes, chance: np.random.Generator, share: float) -> tuple[Codes, npt.NDArray[np.intp]]:
    """The features with some words hidden, also from their neighbours' pairs, and which words those are."""
    chosen = np.flatnonzero(chance.random(len(table)) < share)
    hidden = table.copy()
    for column in _OWN:
        hidden[chosen, column] = 0
    hidden[np.minimum(chosen + 1, len(table) - 1), _LEFT] = 0
    hidden[np.maximum(chosen - 1, 0), _RIGHT] = 0
    return hidden, chosen


def main() -> None:
    """Trains and writes the encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lang", required=True)
    parser.add_argument("--text", nargs="+", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passes", type=int, default=8)
    parser.add_argument("--limit", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--batch", type=int, default=1500)
    given = parser.parse_args()
    set_current_ops(NumpyOps(use_blis=False))
    random.seed(given.seed)
    np.random.seed(given.seed)
    chance = np.random.default_rng(given.seed)
    pipeline = load_pipeline(given.lang, trained=False)
    bodies = list(read_bodies(given.text, 1000 if given.lang == "en" else 500))
    random.shuffle(bodies)
    tables = [describe(pipeline(body)) for body in bodies[: given.limit]]
    tables = [table for table in tables if len(table) > 3]
    counts = Counter(int(c) for table in tables for c in table[:, 0])
    guessed = {c: k for k, (c, _) in enumerate(counts.most_common(_GUESSED))}
    print(len(tables), "bodies", sum(map(len, tables)), "tokens", file=sys.stderr)
    network = build_network()
    network.initialize(tables[:5])
    encoder = get_encoder(network)
    width = encoder.layers[-1].get_dim("nO") if encoder.layers[-1].has_dim("nO") else 128
    reader = chain(list2ragged(), with_array(encoder, pad=8))
    head: Any = Softmax(nO=len(guessed), nI=width)
    head.initialize()
    set_dropout_rate(network, 0.1)
    optimizer = Adam(0.001, L2=1e-6, grad_clip=1.0)
    for number in range(given.passes):
        begun = time.monotonic()
        optimizer.learn_rate = 0.002 * (1 - 0.9 * number / given.passes)
        order = chance.permutation(len(tables))
        loss = count = right = 0.0
        batch: list[Codes] = []
        size = 0
        for k in order:
            batch.append(tables[k])
            size += len(tables[k])
            if size < given.batch:
                continue
            told = _step(batch, reader, head, guessed, chance, optimizer)
            loss, right, count = loss + told[0], right + told[1], count + told[2]
            batch, size = [], 0
        save_weights(encoder, given.out)
        print(
            f"pass {number + 1} loss {loss / count:.3f} right {right / count:.3f} {time.monotonic() - begun:.0f} s",
            file=sys.stderr,
            flush=True,
        )


def _step(
    batch: list[Codes], reader: Any, head: Any, guessed: dict[int, int], chance: np.random.Generator, optimizer: Any
) -> tuple[float, float, int]:
    hidden, rows, answers, at = [], [], [], 0
    for table in batch:
        covered, chosen = hide(table, chance, 0.18)
        hidden.append(covered)
        for k in chosen:
            answer = guessed.get(int(table[k, 0]))
            if answer is not None:
                rows.append(at + k)
                answers.append(answer)
        at += len(table)
    vectors, back = reader.begin_update(hidden)
    picked = vectors.dataXd[rows]
    guess, back_head = head.begin_update(picked)
    target = np.arange(len(rows)), np.array(answers)
    loss = float(-np.log(guess[target] + 1e-9).sum())
    right = float((guess.argmax(axis=1) == target[1]).sum())
    grad = guess.copy()
    grad[target] -= 1
    grad /= len(rows)
    d = np.zeros_like(vectors.dataXd)
    d[rows] = back_head(grad)
    vectors.data = d
    back(vectors)
    head.finish_update(optimizer)
    reader.finish_update(optimizer)
    return loss, right, len(rows)


if __name__ == "__main__":
    main()
