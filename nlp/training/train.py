"""Trains the network that marks parties and values, one run.

corpora + annotated files ─→ examples ─→ varied anew every few passes ─→ targets ─→ network ─→ weights.npz + card.json
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from thinc.api import Adam, Model, Optimizer, set_dropout_rate

from domain.gazetteer import load_gazetteer
from nlp.network import build_network, get_encoder
from nlp.pipeline import load_pipeline
from nlp.training.augment import Pools, build_pools, vary
from nlp.training.examples import Example, load_examples
from nlp.training.marks import load_marked
from nlp.training.targets import Target, blur, build_target
from nlp.training.teaching import mark_news
from nlp.weights import load_weights, save_weights

HERE = Path(str(resources.files("nlp.training")))


@dataclass
class Options:
    """What can be turned; `times` is how often a pass sees the examples of a file, by the file's name.

    A run starts from an encoder, or `goes_on` from the whole network of an earlier one.
    """

    lang: str
    seed: int = 7
    passes: int = 15
    rate: float = 1e-3
    dropout: float = 0.25
    longest: int = 500
    batch: int = 600
    redraw: int = 3
    goes_on: bool = False
    times: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """The examples of one file, and how often a pass sees each of them."""

    name: str
    examples: Sequence[Example]
    times: float


def load_groups(options: Options, extra: Sequence[Path], texts: Sequence[Path] = ()) -> list[Group]:
    """The language's own corpora, the annotated files given, and what the shipped marks find in files of news."""
    own = sorted((HERE / "corpus" / options.lang).glob("*.jsonl"))
    loaded = [(path.stem, load_examples(path, options.lang)) for path in [*own, *extra]]
    if texts:
        loaded.append(("marked", load_marked(HERE / "marks" / f"{options.lang}.jsonl", texts)))
    return [Group(name, examples, options.times.get(name, 1.0)) for name, examples in loaded]


def load_pools(language: str, groups: Sequence[Group]) -> Pools:
    """The names to put in place of others."""
    gazetteer = load_gazetteer()
    known = {name for party in (*gazetteer.companies, *gazetteer.investors) for name in party.all_names}
    own = sorted(name for name in known if (language == "zh") == any(c > "⺀" for c in name))
    return build_pools([e for group in groups for e in group.examples], own, [])


def draw_varied(groups: Sequence[Group], language: str, pools: Pools, chance: random.Random) -> Iterator[Example]:
    """Each example in another form, as often as its group says."""
    for group in groups:
        for example in group.examples:
            for _ in range(int(group.times) + (chance.random() < group.times % 1)):
                yield vary(example, language, pools, chance)


class Trainer:
    """Holds what changes while a network learns."""

    def __init__(
        self, options: Options, groups: Sequence[Group], start: Path | None, taught: Sequence[Target] = ()
    ) -> None:
        self.options = options
        self.groups = groups
        self.taught = taught
        random.seed(options.seed)
        np.random.seed(options.seed)  # thinc draws its first weights and its dropout from it
        self.chance = random.Random(options.seed)  # noqa: S311
        self.pipeline: Language = load_pipeline(options.lang, trained=False)
        self.pools = load_pools(options.lang, groups)
        self.network: Model[Any, Any] = build_network()
        self.network.initialize(X=[build_target(groups[0].examples[0], self.pipeline, options.longest).features])
        if start:
            load_weights(self.network if options.goes_on else get_encoder(self.network), start)
        set_dropout_rate(self.network, options.dropout)
        self.optimizer = Adam(options.rate, L2=1e-5, grad_clip=1.0, use_averages=True)

    def run(self) -> None:
        """Goes through all passes, then puts the averaged weights in place."""
        targets: list[Target] = []
        for number in range(self.options.passes):
            begun = time.monotonic()
            if number % self.options.redraw == 0:
                targets = [*self._draw(), *self.taught]
            left = 1 - 0.9 * number / self.options.passes
            self.optimizer.learn_rate = self.options.rate * left * (0.4 if number == 0 else 1.0)
            loss = self._pass(targets)
            told = f"pass {number + 1}/{self.options.passes} loss {loss:.4f} {time.monotonic() - begun:.0f} s"
            print(told, file=sys.stderr, flush=True)
        take_averages(self.network, self.optimizer)

    def _draw(self) -> Iterator[Target]:
        for varied in draw_varied(self.groups, self.options.lang, self.pools, self.chance):
            target = build_target(varied, self.pipeline, self.options.longest)
            if len(target.features):
                yield target

    def _pass(self, targets: Sequence[Target]) -> float:
        """Learns from every target once; gives the loss a token."""
        loss = count = 0.0
        for batch in self._batches(targets):
            guesses, back = self.network.begin_update([blur(t.features, self.chance) for t in batch])
            gradients = []
            for guess, target in zip(guesses, batch, strict=True):
                wanted = target.want(guess)
                loss -= float((wanted * np.log(guess + 1e-8)).sum())
                count += len(guess)
                gradients.append(((guess - wanted) / 20).astype(np.float32))
            back(gradients)
            self.network.finish_update(self.optimizer)
        return loss / max(count, 1.0)

    def _batches(self, targets: Sequence[Target]) -> Iterator[list[Target]]:
        order = list(targets)
        self.chance.shuffle(order)
        batch: list[Target] = []
        size = 0
        for target in order:
            batch.append(target)
            size += len(target.features)
            if size >= self.options.batch:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


def take_averages(network: Model[Any, Any], optimizer: Optimizer) -> None:
    """Puts the mean of the weights over the training in place of the last ones."""
    averages = optimizer.averages or {}
    for node in network.walk():
        for name in node.param_names:
            if (node.id, name) in averages:
                node.set_param(name, averages[node.id, name])


def write_model(
    options: Options, groups: Sequence[Group], network: Model[Any, Any], out: Path, taught: int = 0
) -> None:
    """Writes the weights and, beside them, the card that says what they are made of."""
    out.parent.mkdir(parents=True, exist_ok=True)
    save_weights(network, out)
    card = {
        "options": asdict(options),
        "examples": {group.name: len(group.examples) for group in groups} | ({"taught": taught} if taught else {}),
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("spacy", "thinc", "numpy")},
        },
        "bytes": out.stat().st_size,
    }
    out.with_name("card.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def train_tagger(
    options: Options,
    annotated: Sequence[Path],
    texts: Sequence[Path],
    start: Path,
    out: Path,
    teachers: Sequence[Path] = (),
) -> None:
    """Trains one run and writes its weights with their card; teachers mark plain news for it."""
    groups = load_groups(options, annotated, texts)
    taught = mark_news(options.lang, teachers, texts) if teachers else []
    trainer = Trainer(options, groups, start, taught)
    trainer.run()
    write_model(options, groups, trainer.network, out, len(taught))
