"""Tries sources for real: every address of theirs and one page each, without touching the store."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawler.crawl import crawl_sources
from crawler.settings import CrawlSettings
from crawler.sources import Source
from storage.store import open_store


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one source fared."""

    source_id: str
    entries: int
    latest_on: date | None
    sample: str
    shared: bool
    """Whether other sources tell of the same articles, so that none was left to read for this one."""
    problems: tuple[str, ...]

    @property
    def works(self) -> bool:
        """Whether it told of articles, one of them could be read, and nothing went wrong."""
        return not self.problems and bool(self.entries) and bool(self.sample or self.shared)


def check_sources(sources: Sequence[Source], options: CrawlSettings) -> list[Verdict]:
    """Reads every address of the sources and one article of each, and says how that went."""
    tried = [source.model_copy(update={"budget": 1}) for source in sources]
    with tempfile.TemporaryDirectory(prefix="roundwatch-check-") as folder:
        url = f"sqlite:///{Path(folder) / 'check.sqlite'}"
        report = crawl_sources(tried, url, options)
        with open_store(url) as store:
            samples = {article.source_id: article for _, article in store.articles.iter_pending("none")}
    verdicts = []
    for source in sources:
        sample = samples.get(source.id)
        counts = report.sources.get(source.id, {})
        prefix = f"{source.id}: "
        verdicts.append(
            Verdict(
                source_id=source.id,
                entries=counts.get("entries", 0),
                latest_on=sample.published_on if sample else None,
                sample=sample.title if sample else "",
                shared=not sample and not counts.get("pages"),
                problems=tuple(p.removeprefix(prefix) for p in report.problems if p.startswith(prefix)),
            )
        )
    return verdicts
