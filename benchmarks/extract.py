"""How well the extractor reads real headlines and articles: by the rules, by the trained part, and by both together.

`aside` is the part of `train` that no training saw; all of `train` says how well was learnt.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import date
from types import ModuleType
from typing import Any

from benchmarks.bench_files import find_bench_file, print_beside_frozen
from domain.article import Article
from domain.errors import SettingsError
from nlp.extractor import Way, load_extractor
from nlp.training.examples import is_kept_aside

_SETS = (
    "train/en_snippets",
    "train/zh_snippets",
    "train/en_snippets aside",
    "train/zh_snippets aside",
    "dev/en_snippets",
    "dev/zh_snippets",
    "dev/en_articles",
    "dev/zh_articles",
)
_FIELDS = ("event", "core", "row", "round", "amount", "lead_investors", "investors", "valuation", "total_raised")
_WAYS: tuple[Way, ...] = ("rules", "model", "both")


def load_scorer() -> ModuleType:
    """The scorer beside the benchmark files."""
    spec = importlib.util.spec_from_file_location("score", find_bench_file("score.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build_article(document: dict[str, Any]) -> Article:
    """A document of the benchmark as an article; a date that names no day is left out."""
    try:
        published = date.fromisoformat(document["published"] or "")
    except ValueError:
        published = None
    return Article(document["id"], document["title"], document["text"], document.get("lang"), published)


def measure(scorer: ModuleType, name: str, way: Way) -> dict[str, float]:
    """The F1 of each field, and the shares of right status and of quiet documents kept quiet."""
    path, _, aside = name.partition(" ")
    documents = scorer.load(find_bench_file(f"{path}.jsonl"))
    if aside:
        documents = {key: document for key, document in documents.items() if is_kept_aside(document)}
    found = load_extractor(way).extract_many(map(build_article, documents.values()))
    events = ([event.as_dict() for event in each] for each in found)
    predicted = {key: {"id": key, "events": each} for key, each in zip(documents, events, strict=True)}
    result, _ = scorer.score(documents, predicted)
    return {**{f: result[f]["f1"] for f in _FIELDS}, "status": result["status"], "quiet": result["quiet"]}


def main(arguments: list[str]) -> int:
    """Prints the figures; `--freeze` keeps them."""
    try:
        scorer = load_scorer()
        figures = {
            f"{name}, {way}, {field}": value
            for name in _SETS
            for way in _WAYS
            for field, value in measure(scorer, name, way).items()
        }
    except SettingsError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"sets": len(_SETS), "ways": _WAYS}))
    print_beside_frozen("extract", figures, arguments)
    return 0
