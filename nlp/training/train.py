"""Trains the weights of a language and prints its figures: `python -m nlp.training.train --lang en`."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

from nlp.parties import PartyModel, restore
from nlp.training.augment import Pools, build_pools, vary
from nlp.training.examples import Example, load_examples
from nlp.training.figures import figures_of
from nlp.training.network import Encoder, Network, export_weights, loss_of, pad_batch, save_model

HERE = resources.files("nlp.training")


@dataclass
class Options:
    """What can be turned."""

    lang: str
    seed: int = 7
    passes: int = 30
    rate: float = 3e-3
    hidden: int = 96
    ngram: int = 32
    layers: int = 2
    dropout: float = 0.4
    batch: int = 32
    partial_times: int = 2
    vectors: bool = True


def load_vectors(language: str) -> tuple[list[str], np.ndarray[Any, Any]]:
    """The vectors that training starts from, word by word."""
    with (HERE / "vectors" / f"{language}.npz").open("rb") as stream:
        arrays = dict(np.load(stream))
    return str(arrays["words"]).split("\n"), arrays["vectors"].astype(np.float32) * arrays["scale"].astype(np.float32)


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
    words = ["", *words]
    own = [
        n
        for n in load_names("investors") + load_names("companies")
        if (options.lang == "zh") == any(c > "⺀" for c in n)
    ]
    pools = build_pools(examples, own, [])
    encoder = Encoder(options.lang, words)
    network = Network(
        len(words),
        vectors.shape[1],
        ngram=options.ngram,
        hidden=options.hidden,
        layers=options.layers,
        dropout=options.dropout,
    )
    with torch.no_grad():
        network.words.weight[0] = 0
        network.words.weight[1:] = torch.from_numpy(vectors * 0.4)
    slow = [network.words.weight]
    fast = [p for n, p in network.named_parameters() if n != "words.weight"]
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": options.rate / 4}, {"params": fast, "lr": options.rate}], weight_decay=0.01
    )
    total = options.passes
    schedule: Any = None
    average: dict[str, torch.Tensor] = {}
    begun = time.monotonic()
    for number in range(total):
        chunks = _draw(examples, options, pools, encoder, chance)
        batches = _batches(chunks, options.batch, chance)
        if schedule is None:
            schedule = torch.optim.lr_scheduler.OneCycleLR(
                optimizer,
                [options.rate / 4, options.rate],
                total_steps=int(total * len(batches) * 1.1) + 10,
                pct_start=0.1,
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
        for _ in range(options.partial_times if example.partial else 1):
            chunks += encoder.encode(vary(example, options.lang, pools, chance))
    return chunks


def _batches(chunks: list[dict[str, Any]], size: int, chance: random.Random) -> list[list[dict[str, Any]]]:
    order = sorted(chunks, key=lambda c: len(c["words"]) + chance.random() * 12)
    batches = [order[k : k + size] for k in range(0, len(order), size)]
    chance.shuffle(batches)
    return batches


def _report(options: Options, words: list[str], arrays: dict[str, Any], checks: dict[str, Sequence[Example]]) -> None:
    model = PartyModel(options.lang, words, {k: np.ascontiguousarray(v, np.float32) for k, v in arrays.items()})
    for name, examples in checks.items():
        print(name, json.dumps(figures_of(examples, model.predict([e.text for e in examples]))), flush=True)


def hold_out(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Splits annotated examples: four fifths to learn from, a fifth to choose by."""
    ordered = sorted(examples, key=lambda e: e.id)
    random.Random(1).shuffle(ordered)  # noqa: S311
    cut = len(ordered) // 5
    return ordered[cut:], ordered[:cut]


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the arguments, trains, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lang", required=True, choices=("en", "zh"))
    parser.add_argument("--extra", type=Path, action="append", default=[], help="annotated JSONL (events), to train on")
    parser.add_argument(
        "--check", type=Path, action="append", default=[], help="annotated JSONL, only to print figures on"
    )
    parser.add_argument(
        "--hold-out", action="store_true", help="keep a fifth of all examples aside and print figures on it"
    )
    parser.add_argument("--output", type=Path, help="folder for the weights; the language's own where none is given")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another value for an option")
    given = parser.parse_args(arguments)
    options = Options(given.lang)
    for pair in given.set:
        name, _, value = pair.partition("=")
        setattr(options, name, type(getattr(options, name))(float(value)))
    with resources.as_file(HERE / "corpus" / f"{given.lang}.jsonl") as path:
        written = load_examples(path, given.lang)
    extra = [e for path in given.extra for e in load_examples(path, given.lang)]
    checks: dict[str, Sequence[Example]] = {}
    if given.hold_out:
        (written, checks["written"]), (extra, checks["held"]) = hold_out(written), hold_out(extra)
    checks |= {path.stem + "@" + path.parent.name: load_examples(path, given.lang) for path in given.check}
    words, arrays = train(options, [*written, *extra], checks)
    if given.output or not given.hold_out:
        folder = given.output or Path(str(resources.files("nlp.lang") / given.lang / "model"))
        save_model(folder, words, arrays)
        with np.load(folder / "weights.npz") as saved:
            kept = {k: restore(dict(saved), k) for k in saved.files if not k.endswith("_scale")}
        print("as saved:")
        _report(options, words, kept, checks)
    return 0


if __name__ == "__main__":
    sys.exit(main())
