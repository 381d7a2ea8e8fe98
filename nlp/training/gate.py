"""Trains the gate of a language: on what is marked, and on plain news by what the trained part reads in it."""

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
from nlp.training.examples import RECEIVERS, Example
from nlp.training.teaching import iter_bodies, judge_news
from nlp.training.train import Options, load_groups, load_pools, take_averages
from nlp.weights import save_weights

_TOGETHER = 48
# in how many examples a word has to stand to be known
_SEEN = 4
_HIDDEN = 0.12
_RATE, _DROPOUT = 2e-3, 0.3


def tells_round(example: Example) -> bool:
    """Whether anyone receives money in the example."""
    return any(labels & RECEIVERS for _, _, labels in example.marks)


def gather_words(bodies: Iterable[str]) -> Codes:
    """The codes of the words that stand in enough bodies for a vector of their own to be learnt, in order."""
    counts = Counter(int(code) for body in bodies for code in set(describe_words(body)[:, 0]))
    return np.array(sorted(code for code, count in counts.items() if count >= _SEEN), np.uint64)


def train_gate(
    options: Options, extra: Sequence[Path], texts: Sequence[Path], teachers: Sequence[Path], out: Path
) -> None:
    """Trains on whole documents, varied anew at each pass, and writes the averaged weights.

    Of plain news it learns how likely the teachers, the readers' weights, find a receiver in it.
    """
    use_numpy()
    np.random.seed(options.seed)
    chance, numbers = random.Random(options.seed), np.random.default_rng(options.seed)  # noqa: S311
    groups = load_groups(options, extra, texts)
    pools = load_pools(options.lang, groups)
    plain = list(iter_bodies(options.lang, texts))
    likely = judge_news(options.lang, teachers, plain)
    known = gather_words([*(example.text for group in groups for example in group.examples), *plain])
    taught = [(describe_words(body, known), share) for body, share in zip(plain, likely, strict=True)]
    network = build_gate()
    network.initialize(X=[np.ones((1, 2), np.uint64)])
    set_dropout_rate(network, _DROPOUT)
    optimizer = Adam(_RATE, L2=1e-5, grad_clip=1.0, use_averages=True)
    for number in range(options.passes):
        begun = time.monotonic()
        drawn: list[tuple[Codes, float]] = [*taught]
        for group in groups:
            for example in group.examples:
                for _ in range(int(group.times) + (chance.random() < group.times % 1)):
                    varied = vary(example, options.lang, pools, chance)
                    if len(codes := describe_words(varied.text, known)):
                        drawn.append((codes, float(tells_round(varied))))
        chance.shuffle(drawn)
        optimizer.learn_rate = _RATE * (1 - 0.9 * number / options.passes)
        loss = 0.0
        for at in range(0, len(drawn), _TOGETHER):
            batch = drawn[at : at + _TOGETHER]
            guess, back = network.begin_update([_hide(each, numbers) for each, _ in batch])
            likely_round = np.array([wanted for _, wanted in batch], np.float32)
            wanted = np.stack([1 - likely_round, likely_round], axis=1)
            loss -= float((wanted * np.log(guess + 1e-9)).sum())
            back(((guess - wanted) / len(batch)).astype(np.float32))
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
