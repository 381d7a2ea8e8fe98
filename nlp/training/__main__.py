"""Makes the trained parts of a language: `python -m nlp.training --lang en --annotated FILE --texts FILE --work DIR`.

texts ─→ encoder ─→ teachers, a run a seed ─→ plain news as they read it ─→ pupil ─→ reader1.npz …, card.json
all words, corpora, annotated files, marks, plain news as the weights read it ─→ gate.npz

Every step leaves its result in the work folder; one that is there already is not made again.
`--only refresh` lets the readers in place go on learning, from passages that have come since.
"""

from __future__ import annotations

import argparse
import shutil
import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from nlp.gate import find_gate_weights
from nlp.pipeline import find_model, find_readers
from nlp.training.gate import train_gate
from nlp.training.install import install_readers
from nlp.training.pretrain import EncoderOptions, pretrain
from nlp.training.train import Options, train_tagger
from nlp.weights import average_weights

WEIGHTS, CARD = "weights.npz", "card.json"


def load_recipe(language: str) -> dict[str, Any]:
    """How the parts of a language are made."""
    recipes = tomllib.loads((resources.files(__package__) / "recipes.toml").read_text("utf-8"))
    recipe: dict[str, Any] = recipes[language]
    return recipe


def build(language: str, annotated: Sequence[Path], texts: Sequence[Path], work: Path, only: str | None = None) -> None:
    """Makes all parts, or only one of them: encoder, tagger or gate; or refreshes the tagger."""
    recipe = load_recipe(language)
    work.mkdir(parents=True, exist_ok=True)
    encoder = work / "encoder.npz"
    if only in (None, "encoder") and not encoder.exists():
        pretrain(language, texts, encoder, EncoderOptions(**recipe["encoder"]))
    if only in (None, "tagger"):
        teachers = {seed: work / f"teacher{seed}" / WEIGHTS for seed in recipe["teachers"]}
        for seed, teacher in teachers.items():
            if not teacher.exists():
                train_tagger(Options(language, seed, **recipe["tagger"]), annotated, texts, encoder, teacher)
        options = Options(language, recipe["pupil"], **recipe["tagger"])
        pupil = work / "pupil" / WEIGHTS
        train_tagger(options, annotated, texts, encoder, pupil, list(teachers.values()))
        install_readers([pupil, *(teachers[seed] for seed in recipe["beside"])], find_model(language))
    if only == "refresh":
        refresh(language, annotated, texts, work)
    if only in (None, "gate"):
        plan = dict(recipe["gate"])
        words = EncoderOptions(**plan.pop("words"))
        options = Options(language, **plan)
        train_gate(options, words, annotated, texts, find_readers(language), find_gate_weights(language))


def refresh(language: str, annotated: Sequence[Path], texts: Sequence[Path], work: Path) -> None:
    """Lets each reader go on learning from all examples; the others, refreshed, mark plain news for the first.

    The recipe's `mean` names the readers whose weights from before and after are averaged.
    """
    recipe = load_recipe(language)
    plan = dict(recipe["refresh"])
    mean = plan.pop("mean", [])
    first, *others = find_readers(language)
    made: dict[Path, Path] = {}
    for number, path in enumerate((*others, first)):
        options = Options(language, **recipe["tagger"] | plan)
        options.seed += number
        teachers = [made[other] for other in others] if path == first else []
        made[path] = work / f"refreshed-{path.stem}" / WEIGHTS
        if not made[path].exists():
            train_tagger(options, annotated, texts, path, made[path], teachers)
    runs = [made[path] for path in (first, *others)]
    for number in mean:
        run, averaged = runs[number - 1], work / f"averaged{number}" / WEIGHTS
        averaged.parent.mkdir(exist_ok=True)
        average_weights([(first, *others)[number - 1], run], averaged)
        shutil.copy(run.with_name(CARD), averaged.with_name(CARD))
        runs[number - 1] = averaged
    install_readers(runs, find_model(language))


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", required=True, choices=("en", "zh"))
    parser.add_argument(
        "--annotated", nargs="*", type=Path, default=[], help="annotated news or marked passages, JSONL"
    )
    parser.add_argument(
        "--texts", nargs="+", type=Path, required=True, help="plain news, JSONL: the marks belong to it"
    )
    parser.add_argument("--work", type=Path, required=True, help="a folder for what is made on the way")
    parser.add_argument(
        "--only", choices=("encoder", "tagger", "refresh", "gate"), help="one part; all where not given"
    )
    given = parser.parse_args(arguments)
    build(given.lang, given.annotated, given.texts, given.work, given.only)


if __name__ == "__main__":
    main()
