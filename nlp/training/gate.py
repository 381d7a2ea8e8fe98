"""Trains the gate of a language: on what is marked, and on plain news by what the trained part reads in it.

all words ─→ hidden ones are guessed from the rest ─→ what each word is, and whether the document tells a round
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import Adam, Model, Softmax, set_dropout_rate

from nlp.gate import WIDTH, WORDS, Codes, build_gate, describe_pieces, describe_words, get_reader, split_words
from nlp.network import use_numpy
from nlp.training.examples import RECEIVERS, Example
from nlp.training.pretrain import EncoderOptions, Hidden, learn_words, read_bodies
from nlp.training.teaching import iter_bodies, judge_news
from nlp.training.train import Group, Options, draw_varied, load_groups, load_pools, take_averages
from nlp.weights import save_weights, shrink_weights

_TOGETHER = 48
# in how many examples and pieces of plain news a word has to stand to be known
_SEEN = 4
_HIDDEN = 0.12
_RATE, _DROPOUT = 2e-3, 0.3
# how many characters a piece of plain text has at most from which words are learnt
_LONGEST = 600
# what a word is a part of: the gate is not asked for it, but has to see it to see a round
_ROLES = (
    ("company", "rumoured"), ("lead_investor", "investor"), ("amount",), ("valuation", "total_raised"), ("round",),
    ("other_org",), ("other_money",), ("other_round",), ("person", "product", "adviser"),
)  # fmt: skip
_NUMBERS = {label: number for number, labels in enumerate(_ROLES, start=1) for label in labels}
_UNKNOWN = -1


@dataclass(slots=True)
class Lesson:
    """The words of a body, what each is where that is known, and how likely the body tells a round."""

    words: Codes
    roles: npt.NDArray[np.intp]
    likely: float


def tells_round(example: Example) -> bool:
    """Whether anyone receives money in the example."""
    return any(labels & RECEIVERS for _, _, labels in example.marks)


def gather_words(bodies: Iterable[str]) -> Codes:
    """The codes of the words that stand in enough bodies for a vector of their own to be learnt, in order."""
    counts = Counter(int(code) for body in bodies for code in set(describe_words(body)[:, 0]))
    return np.array(sorted(code for code, count in counts.items() if count >= _SEEN), np.uint64)


def build_lesson(example: Example, known: Codes) -> Lesson:
    """What is learnt of a marked example."""
    pieces = split_words(example.text)
    roles = np.full(len(pieces), _UNKNOWN if example.partial else 0, np.intp)
    for start, end, labels in example.marks:
        numbers = {_NUMBERS[label] for label in labels}
        covered = [k for k, piece in enumerate(pieces) if piece.start() < end and piece.end() > start]
        roles[covered] = numbers.pop() if len(numbers) == 1 else _UNKNOWN
    return Lesson(describe_pieces(pieces, known), roles, float(tells_round(example)))


def train_gate(
    options: Options,
    words: EncoderOptions,
    extra: Sequence[Path],
    texts: Sequence[Path],
    teachers: Sequence[Path],
    out: Path,
) -> None:
    """Trains on whole documents, varied anew at each pass, and writes the averaged weights, a byte a number.

    The network first guesses hidden words in all texts, as `words` says how often. Then it learns what each word is and
    whether a round is told; of plain news, how likely the teachers, the readers' weights, find a receiver in it.
    """
    use_numpy()
    np.random.seed(options.seed)  # thinc draws its first weights and its dropout from it
    groups = load_groups(options, extra, texts)
    bodies = [*read_bodies(texts, _LONGEST), *(example.text for group in groups for example in group.examples)]
    known = gather_words(bodies)
    network = build_gate(options.lang)
    network.initialize(X=[np.ones((1, 2), np.uint64)])
    tables = [table for body in bodies if len(table := describe_words(body, known)) > 3]
    learn_words(get_reader(network), WIDTH, tables, hide_words, words)
    plain = list(iter_bodies(options.lang, texts))
    taught = [
        Lesson(table, np.full(len(table), _UNKNOWN, np.intp), share)
        for body, share in zip(plain, judge_news(options.lang, teachers, plain), strict=True)
        if len(table := describe_words(body, known))
    ]
    GateTrainer(options, groups, taught, network, known).run()
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        whole = Path(folder) / out.name
        save_weights(network, whole)
        shrink_weights(whole, out)
    np.save(out.with_name(WORDS), known)


def hide_words(table: Codes, chance: np.random.Generator, share: float) -> Hidden:
    """A body with some words hidden, and which."""
    chosen = np.flatnonzero(chance.random(len(table)) < share)
    hidden = table.copy()
    hidden[chosen] = 0
    return hidden, chosen


class GateTrainer:
    """Holds what changes while the gate learns."""

    def __init__(
        self,
        options: Options,
        groups: Sequence[Group],
        taught: Sequence[Lesson],
        network: Model[Any, Any],
        known: Codes,
    ) -> None:
        self.options, self.groups, self.taught, self.known = options, groups, taught, known
        self.pools = load_pools(options.lang, groups)
        self.chance = random.Random(options.seed)  # noqa: S311
        self.numbers = np.random.default_rng(options.seed)
        self.network = network
        self.reader, *self.judging = network.layers
        self.naming: Any = Softmax(nO=len(_ROLES) + 1, nI=WIDTH)
        self.naming.initialize()
        set_dropout_rate(network, _DROPOUT)
        self.optimizer = Adam(_RATE, L2=1e-5, grad_clip=1.0, use_averages=True)

    def run(self) -> None:
        """Goes through all passes, then puts the averaged weights in place."""
        for number in range(self.options.passes):
            begun = time.monotonic()
            lessons = [*self.taught, *self._draw()]
            self.chance.shuffle(lessons)
            self.optimizer.learn_rate = _RATE * (1 - 0.9 * number / self.options.passes)
            loss = sum(self._learn(lessons[at : at + _TOGETHER]) for at in range(0, len(lessons), _TOGETHER))
            told = f"pass {number + 1}/{self.options.passes} loss {loss / len(lessons):.4f}"
            print(told, f"{time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        take_averages(self.network, self.optimizer)

    def _draw(self) -> Iterator[Lesson]:
        for varied in draw_varied(self.groups, self.options.lang, self.pools, self.chance):
            lesson = build_lesson(varied, self.known)
            if len(lesson.words):
                yield lesson

    def _learn(self, batch: Sequence[Lesson]) -> float:
        """Learns from a few lessons at once; gives the loss of their judgements."""
        vectors, back = self.reader.begin_update(
            [hide_words(lesson.words, self.numbers, _HIDDEN)[0] for lesson in batch]
        )
        told, backs = vectors, []
        for layer in self.judging:
            told, back_layer = layer.begin_update(told)
            backs.append(back_layer)
        likely = np.array([lesson.likely for lesson in batch], np.float32)
        wanted = np.stack([1 - likely, likely], axis=1)
        gradient = ((told - wanted) / len(batch)).astype(np.float32)
        for back_layer in reversed(backs):
            gradient = back_layer(gradient)
        gradient.data = gradient.dataXd + self._learn_roles(vectors.dataXd, batch)
        back(gradient)
        self.network.finish_update(self.optimizer)
        return -float((wanted * np.log(told + 1e-9)).sum())

    def _learn_roles(self, vectors: npt.NDArray[np.float32], batch: Sequence[Lesson]) -> npt.NDArray[np.float32]:
        """Learns what the words are; gives the gradient of their vectors."""
        roles = np.concatenate([lesson.roles for lesson in batch])
        rows = np.flatnonzero(roles != _UNKNOWN)
        found = np.zeros_like(vectors)
        if len(rows):
            guess, back = self.naming.begin_update(vectors[rows])
            gradient = guess.copy()
            gradient[np.arange(len(rows)), roles[rows]] -= 1
            found[rows] = back((gradient / len(rows)).astype(np.float32))
            self.naming.finish_update(self.optimizer)
        return found
