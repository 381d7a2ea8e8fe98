"""How many written passages share long runs of words with the documents that the extractor is measured on.

A passage counts with two runs of six English words or fifteen Chinese characters, or with one where it is short: one
stock phrase alone is none. `--drop` takes those passages out of the corpora.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.bench_files import find_bench_file
from domain.errors import SettingsError
from nlp.training.train import HERE

_RUN = {"en": 6, "zh": 15}
_SHORT = 25
_UNIT = {"en": re.compile(r"[a-z0-9$€£]+"), "zh": re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]")}
_SETS = ("{}_snippets", "{}_articles", "dedupe_docs", "rounds_docs")

Run = tuple[str, ...]


def list_units(language: str, text: str) -> list[str]:
    """The words of an English text or the characters of a Chinese one, without case and punctuation."""
    return _UNIT[language].findall(text.casefold())


def list_runs(language: str, units: list[str]) -> set[Run]:
    """Every run of so many units as count as long in the language."""
    size = _RUN[language]
    return {tuple(units[k : k + size]) for k in range(len(units) - size + 1)}


def _read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield line, json.loads(line)


def _body(document: dict[str, Any]) -> str:
    return f"{document['title'] or ''}\n{document['text'] or ''}"


def gather_measured(language: str) -> set[Run]:
    """The runs of all documents that figures are reported on."""
    found: set[Run] = set()
    for name in _SETS:
        for _, document in _read(find_bench_file(f"dev/{name.format(language)}.jsonl")):
            if document.get("lang", language) == language:
                found |= list_runs(language, list_units(language, _body(document)))
    return found


def shares_runs(language: str, document: dict[str, Any], measured: set[Run]) -> bool:
    """Whether a passage repeats what the measured documents say."""
    units = list_units(language, _body(document))
    shared = len(list_runs(language, units) & measured)
    return shared > 1 or (shared == 1 and len(units) < _SHORT)


def check_corpora(language: str, *, drop: bool) -> Iterable[tuple[str, int, int]]:
    """For each corpus of a language its name, its passages and how many of them repeat measured documents."""
    measured = gather_measured(language)
    for path in sorted((HERE / "corpus" / language).glob("*.jsonl")):
        lines = list(_read(path))
        kept = [line for line, document in lines if not shares_runs(language, document, measured)]
        if drop and len(kept) < len(lines):
            path.write_text("".join(kept), encoding="utf-8")
        yield path.stem, len(lines), len(lines) - len(kept)


def main(arguments: list[str]) -> int:
    """Prints the count of each corpus."""
    try:
        for language in _RUN:
            for name, size, shared in check_corpora(language, drop="--drop" in arguments):
                print(f"{language} {name:12} {size:5} passages, {shared:3} share runs with measured documents")
    except SettingsError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0
