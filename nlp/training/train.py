"""Trains the weights of a language and prints its figures: `python -m nlp.training.train --lang en`."""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

from nlp.parties import PartyModel, restore
from nlp.training.augment import Pools, build_pools, vary
from nlp.training.examples import Example, load_examples
from nlp.training.figures import figures_of
from nlp.training.network import Encoder, Network, Shape, export_weights, loss_of, pad_batch, save_model

RARE = frozenset({"adviser", "product", "total_raised"})
HERE = resources.files("nlp.training")


@dataclass
class Options:
    """What can be turned; `careful` is how much slower the vectors that come trained are changed."""

    lang: str
    seed: int = 7
    passes: int = 24
    rate: float = 2e-3
    careful: float = 0.25
    batch: int = 10
    hidden: int = 128
    layers: int = 2
    ngram: int = 32
    dropout: float = 0.3
    drop_words: float = 0.1
    partial_times: int = 2
    rare_times: int = 3


DEFAULTS: dict[str, dict[str, Any]] = {"en": {}, "zh": {"layers": 1, "hidden": 96, "batch": 12}}


def load_vectors(language: str) -> tuple[list[str], dict[str, np.ndarray[Any, Any]]]:
    """What training starts from: words, their vectors and, where there are such, recurrent layers over them."""
    with (HERE / "vectors" / f"{language}.npz").open("rb") as stream:
        arrays = dict(np.load(stream))
    words = str(arrays.pop("words")).split("\n")
    return words, arrays | {"words": arrays.pop("vectors").astype(np.float32) * arrays.pop("scale").astype(np.float32)}


def load_names(name: str) -> list[str]:
    """Names and aliases of one of the project's lists."""
    path = resources.files("domain") / "data" / f"{name}.toml"
    if not path.is_file():
        return []
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key in ("name", "zh", "en", "aliases", "names"):
                inner = value.get(key)
                found.extend(
                    [inner]
                    if isinstance(inner, str)
                    else [x for x in inner if isinstance(x, str)]
                    if isinstance(inner, list)
                    else []
                )
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(tomllib.loads(path.read_text("utf-8")))
    return sorted(set(found))


def train(
    options: Options, examples: Sequence[Example], checks: dict[str, Sequence[Example]]
) -> tuple[list[str], dict[str, Any]]:
    """Trains on the examples; prints the figures on the checks from time to time; gives the words and the weights."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    chance = random.Random(options.seed)  # noqa: S311
    words, vectors = load_vectors(options.lang)
    own = [
        n
        for n in load_names("investors") + load_names("companies")
        if (options.lang == "zh") == any(c > "⺀" for c in n)
    ]
    pools = build_pools(examples, own, [])
    encoder = Encoder(options.lang, words)
    shape = Shape(options.ngram, options.hidden, options.layers, options.dropout, options.drop_words)
    network = Network(vectors, shape)
    careful = [p for n, p in network.named_parameters() if n == "words.weight" or n.startswith("context.")]
    held = {id(p) for p in careful}
    free = [p for p in network.parameters() if id(p) not in held]
    rates = [options.rate * options.careful, options.rate]
    groups = [{"params": p, "lr": r} for p, r in zip((careful, free), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    total = options.passes
    schedule: Any = None
    average: dict[str, torch.Tensor] = {}
    begun = time.monotonic()
    for number in range(total):
        chunks = _draw(examples, options, pools, encoder, chance)
        batches = _batches(chunks, options.batch, chance)
        if schedule is None:
            schedule = torch.optim.lr_scheduler.OneCycleLR(
                optimizer, rates, total_steps=int(total * len(batches) * 1.1) + 10, pct_start=0.1
            )
        network.train()
        losses = []
        for batch in batches:
            padded = pad_batch(batch)
            loss = loss_of(network(padded), padded)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if number >= total * 0.6:
                _blend(average, network)
        print(
            f"pass {number + 1}/{total} loss {np.mean(losses):.4f} {time.monotonic() - begun:.0f} s",
            file=sys.stderr,
            flush=True,
        )
        if checks and (number + 1) % 10 == 0 and number + 1 < total:
            _report(options, words, export_weights(network), {k: v for k, v in checks.items() if k == "held"})
    network.load_state_dict(average)
    arrays = export_weights(network)
    _report(options, words, arrays, checks)
    return words, arrays


def _blend(average: dict[str, torch.Tensor], network: Network, keep: float = 0.998) -> None:
    for name, value in network.state_dict().items():
        if name in average:
            average[name].mul_(keep).add_(value, alpha=1 - keep)
        else:
            average[name] = value.clone()


def _draw(
    examples: Sequence[Example], options: Options, pools: Pools, encoder: Encoder, chance: random.Random
) -> list[dict[str, Any]]:
    chunks = []
    for example in examples:
        for _ in range(_times(example, options)):
            chunks += encoder.encode(vary(example, options.lang, pools, chance))
    return chunks


def _times(example: Example, options: Options) -> int:
    if example.partial:
        return 1 if example.guessed else options.partial_times
    return options.rare_times if any(labels & RARE for _, _, labels in example.marks) else 1


def _batches(chunks: list[dict[str, Any]], size: int, chance: random.Random) -> list[list[dict[str, Any]]]:
    order = sorted(chunks, key=lambda c: len(c["words"]) + chance.random() * 12)
    batches = [order[k : k + size] for k in range(0, len(order), size)]
    chance.shuffle(batches)
    return batches


def write_card(folder: Path, options: Options, counts: dict[str, int], figures: dict[str, Any]) -> None:
    """Writes down what the weights were made of and how good they are, beside them."""
    card = {
        "options": asdict(options),
        "examples": counts,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__.split("+")[0],
            "numpy": np.__version__,
        },
        "bytes": sum(path.stat().st_size for path in folder.iterdir() if path.suffix in (".npz", ".txt")),
        "figures": figures,
    }
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def _report(
    options: Options, words: list[str], arrays: dict[str, Any], checks: dict[str, Sequence[Example]]
) -> dict[str, dict[str, float]]:
    model = PartyModel(options.lang, words, {k: np.ascontiguousarray(v, np.float32) for k, v in arrays.items()})
    figures = {}
    for name, examples in checks.items():
        figures[name] = figures_of(examples, model.predict([e.text for e in examples]))
        print(name, json.dumps(figures[name]), flush=True)
    return figures


def hold_out(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Splits annotated examples: four fifths to learn from, a fifth to choose by."""
    ordered = sorted(examples, key=lambda e: e.id)
    random.Random(1).shuffle(ordered)  # noqa: S311
    cut = len(ordered) // 5
    return ordered[cut:], ordered[:cut]


def parse_arguments(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, Options]:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.train", description=__doc__)
    add = parser.add_argument
    add("--lang", required=True, choices=sorted(DEFAULTS))
    for name, meaning in (
        ("--extra", "annotated JSONL (events), to train on"),
        ("--guessed", "JSONL whose events a program wrote, to train on with less weight"),
        ("--check", "annotated JSONL, only to print figures on"),
    ):
        add(name, type=Path, action="append", default=[], help=meaning)
    add("--hold-out", action="store_true", help="keep a fifth of the examples aside and print figures on it")
    add("--output", type=Path, help="folder for the weights; the language's own where none is given")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="another value for an option")
    given = parser.parse_args(arguments)
    options = Options(given.lang, **DEFAULTS[given.lang])
    for pair in given.set:
        name, _, value = pair.partition("=")
        setattr(options, name, type(getattr(options, name))(float(value)))
    return given, options


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the arguments, trains, writes the weights and their card."""
    given, options = parse_arguments(arguments)
    with resources.as_file(HERE / "corpus" / f"{given.lang}.jsonl") as path:
        written = load_examples(path, given.lang)
    extra = [e for path in given.extra for e in load_examples(path, given.lang)]
    checks: dict[str, Sequence[Example]] = {}
    if given.hold_out:
        (written, checks["held out of the written"]), (extra, checks["held out of the annotated"]) = (
            hold_out(written),
            hold_out(extra),
        )
    guessed = [replace(e, guessed=True) for path in given.guessed for e in load_examples(path, given.lang)]
    checks |= {path.stem: load_examples(path, given.lang) for path in given.check}
    words, arrays = train(options, [*written, *extra, *guessed], checks)
    if given.hold_out and not given.output:
        return 0
    folder = given.output or Path(str(resources.files("nlp.lang") / given.lang / "model"))
    save_model(folder, words, arrays)
    with np.load(folder / "weights.npz") as saved:
        kept = {k: restore(dict(saved), k) for k in saved.files if not k.endswith("_scale")}
    print("as saved:")
    counts = {"written": len(written), "annotated": len(extra), "guessed": len(guessed)}
    write_card(folder, options, counts, _report(options, words, kept, checks))
    return 0


if __name__ == "__main__":
    sys.exit(main())
