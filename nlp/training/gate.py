"""Trains the gate of a language."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from thinc.api import Adam, set_dropout_rate

from nlp.gate import WORDS, Codes, build_gate, describe_words
from nlp.network import use_numpy
from nlp.training.augment import vary
from nlp.training.examples import Example
from nlp.training.train import Options, load_groups, load_pools, take_averages
from nlp.weights import save_weights

_RECEIVERS = frozenset(("company", "rumoured"))
_TOGETHER = 48
# in how many examples a word has to stand to be known
_SEEN = 4
_HIDDEN = 0.12
_RATE, _DROPOUT = 2e-3, 0.3


def tells_round(example: Example) -> bool:
    """Whether anyone receives money in the example."""
    return any(labels & _RECEIVERS for _, _, labels in example.marks)


def gather_words(examples: Iterable[Example]) -> Codes:
    """The codes of the words that stand in enough examples for a vector of their own to be learnt, in order."""
    counts = Counter(int(code) for example in examples for code in set(describe_words(example.text)[:, 0]))
    return np.array(sorted(code for code, count in counts.items() if count >= _SEEN), np.uint64)


def train_gate(options: Options, extra: Sequence[Path], texts: Sequence[Path], out: Path) -> None:
    """Trains on whole documents, varied anew at each pass, and writes the averaged weights."""
    use_numpy()
    np.random.seed(options.seed)
    chance, numbers = random.Random(options.seed), np.random.default_rng(options.seed)  # noqa: S311
    groups = load_groups(options, extra, texts)
    pools = load_pools(options.lang, groups)
    known = gather_words(example for group in groups for example in group.examples)
    network = build_gate()
    network.initialize(X=[np.ones((1, 2), np.uint64)])
    set_dropout_rate(network, _DROPOUT)
    optimizer = Adam(_RATE, L2=1e-5, grad_clip=1.0, use_averages=True)
    for number in range(options.passes):
        begun = time.monotonic()
        drawn: list[tuple[Codes, int]] = []
        for group in groups:
            for example in group.examples:
                for _ in range(int(group.times) + (chance.random() < group.times % 1)):
                    varied = vary(example, options.lang, pools, chance)
                    if len(codes := describe_words(varied.text, known)):
                        drawn.append((codes, int(tells_round(varied))))
        chance.shuffle(drawn)
        optimizer.learn_rate = _RATE * (1 - 0.9 * number / options.passes)
        loss = 0.0
        for at in range(0, len(drawn), _TOGETHER):
            batch = drawn[at : at + _TOGETHER]
            guess, back = network.begin_update([_hide(each, numbers) for each, _ in batch])
            right = np.arange(len(batch)), np.array([wanted for _, wanted in batch])
            loss -= float(np.log(guess[right] + 1e-9).sum())
            gradient = guess.copy()
            gradient[right] -= 1
            back((gradient / len(batch)).astype(np.float32))
            network.finish_update(optimizer)
        told = f"pass {number + 1}/{options.passes} loss {loss / len(drawn):.4f} {time.monotonic() - begun:.0f} s"
        print(told, file=sys.stderr, flush=True)
    take_averages(network, optimizer)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_weights(network, out)
    np.save(out.with_name(WORDS), known)


def _hide(codes: Codes, numbers: np.random.Generator) -> Codes:
    hidden = codes.copy()
    hidden[numbers.random(len(codes)) < _HIDDEN] = 0
    return hidden
