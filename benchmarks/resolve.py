"""How well documents that tell one round are filed together: read by the extractor, and with the annotated events.

The second row of figures leaves the extractor out: it shows what resolution alone loses. The third is a set of our own:
rounds told in English and in Chinese, and namesakes of one month, made by a fixed seed.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.bench_files import find_bench_file, print_beside_frozen, run_scorer
from domain.article import Article
from domain.errors import SettingsError
from domain.event import Extraction
from domain.ledger import file_in_order
from storage.rates import load_rates
from tests.domain.test_two_languages import build_rounds, score
from tracker.resolve import resolve
from tracker.stages import Reader

_SETS = ("dedupe", "rounds")
_ANNOTATED = [f"{part}/{language}_snippets" for part in ("train", "dev") for language in ("en", "zh")]
_ANNOTATED += [f"dev/{language}_articles" for language in ("en", "zh")]


class GoldReader:
    """Reads an article as the annotators did, and nothing in one that they did not see."""

    version = "gold"

    def __init__(self) -> None:
        self._events = {_key(record["title"], record["text"]): record["events"] for record in _iter_annotated()}

    def extract_many(self, articles: Iterable[Article]) -> Iterator[list[Extraction]]:
        """Yields the annotated events of each article."""
        for article in articles:
            yield [_build(event, article.language) for event in self._events.get(_key(article.title, article.text), ())]


def _key(title: str | None, text: str | None) -> str:
    return f"{title or ''}\n{text or ''}".strip()


def _iter_annotated() -> Iterator[dict[str, Any]]:
    for name in _ANNOTATED:
        with find_bench_file(f"{name}.jsonl").open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _build(event: dict[str, Any], language: str | None) -> Extraction:
    """An annotated event; where the annotators accept several spellings of an investor, the first one."""
    names = {role: [name.split("|")[0] for name in event.get(role) or ()] for role in ("lead_investors", "investors")}
    return Extraction.from_dict({**event, **names, "evidence": [], "language": language})


def measure(name: str, reader: Reader) -> dict[str, float]:
    """F1 over pairs and B-cubed F1 of one set of documents."""
    with tempfile.TemporaryDirectory() as folder:
        filed = Path(folder) / "filed.jsonl"
        with find_bench_file(f"dev/{name}_docs.jsonl").open("rb") as lines, filed.open("w", encoding="utf-8") as out:
            resolve(lines, out, reader)
        printed = run_scorer("dedupe_score.py", find_bench_file(f"dev/{name}_gold.jsonl"), filed)
    return {label: float(f1) for label, f1 in re.findall(r"^(pairs|b-cubed).*F1\s+([\d.]+)", printed, re.MULTILINE)}


def measure_two_languages() -> dict[str, float]:
    """The same figures of our own rounds, each told in two languages or of one of two companies of one name."""
    rounds = build_rounds()
    gold = {told.extraction_id: number for number, group in enumerate(rounds) for told in group}
    events = file_in_order([told for group in rounds for told in group], rates=load_rates())
    filed = {filing.claim.extraction_id: event.event.id for event in events for filing in event.filings}
    return {label: 100 * f1 for label, f1 in zip(("pairs", "b-cubed"), score(filed, gold), strict=True)}


def main(arguments: list[str]) -> int:
    """Prints the figures; `--freeze` keeps them."""
    from nlp.extractor import load_extractor

    try:
        readers: dict[str, Reader] = {"extractor": load_extractor(), "annotators": GoldReader()}
        figures = {
            f"{name}, read by the {who}, {label} F1": value
            for who, reader in readers.items()
            # hardly any of the headlines was annotated
            for name in (_SETS if who == "extractor" else _SETS[1:])
            for label, value in measure(name, reader).items()
        }
        figures |= {f"two languages and namesakes, {label} F1": f1 for label, f1 in measure_two_languages().items()}
    except SettingsError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    print_beside_frozen("resolve", figures, arguments)
    return 0
