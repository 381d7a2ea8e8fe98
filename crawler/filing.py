"""Puts the articles of files into the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from crawler.files import iter_file
from crawler.files.outcome import Outcome
from crawler.report import CrawlReport
from crawler.sources import Source
from domain.errors import BadInput
from storage.store import Store

_BATCH = 100
_SHOWN = 5


def file_articles(files: Sequence[Path], sources: Sequence[Source], store: Store) -> CrawlReport:
    """Reads files one after the other; what is broken is told by name and the rest goes on."""
    store.sources.sync(sources)
    counts: Counter[str] = Counter(files=0, new=0, known=0)
    problems: list[str] = []
    for file in files:
        batch: list[Outcome] = []
        try:
            for outcome in iter_file(file, sources):
                batch.append(outcome)
                if len(batch) >= _BATCH:
                    _keep(batch, store, counts, problems)
                    batch = []
            counts["files"] += 1
        except (BadInput, OSError) as error:
            problems.append(str(error) if isinstance(error, BadInput) else f"{file}: {error.strerror or error}")
        _keep(batch, store, counts, problems)
    return CrawlReport(dict(counts), tuple(problems))


def _keep(batch: Sequence[Outcome], store: Store, counts: Counter[str], problems: list[str]) -> None:
    new = store.articles.add_many([outcome.article for outcome in batch if outcome.article])
    counts["new"] += sum(new)
    counts["known"] += len(new) - sum(new)
    for outcome in batch:
        if outcome.flaw:
            counts[outcome.flaw] += 1
            if outcome.words and counts[outcome.flaw] <= _SHOWN:
                problems.append(f"{outcome.subject}: {outcome.words}")
