"""What a crawl did: counts and problems, source by source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_SHOWN = 5


@dataclass(slots=True)
class Tally:
    """One source's part of a crawl."""

    source_id: str
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def count(self, name: str, by: int = 1) -> None:
        """Adds to a count."""
        self.counts[name] += by

    def blame(self, subject: str, problem: str) -> None:
        """Notes a problem; beyond the first few they are only counted."""
        self.counts["problems"] += 1
        if len(self.problems) < _SHOWN:
            self.problems.append(f"{self.source_id}: {subject}: {problem}")


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """A whole crawl: its counts, its problems in words, and the counts of each source."""

    counts: Mapping[str, int]
    problems: tuple[str, ...] = ()
    sources: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def gather(cls, tallies: Iterable[Tally], problem: str | None = None) -> CrawlReport:
        """Sums up the sources; `problem` is one of the crawl as a whole."""
        tallies = list(tallies)
        total: Counter[str] = Counter(sources=len(tallies), entries=0, pages=0, new=0, known=0)
        problems: list[str] = [problem] if problem else []
        for tally in tallies:
            total.update(tally.counts)
            problems += tally.problems
            if (more := tally.counts["problems"] - len(tally.problems)) > 0:
                problems.append(f"{tally.source_id}: {more} more problems of such kinds")
        return cls(dict(total), tuple(problems), {t.source_id: dict(t.counts) for t in tallies})

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> CrawlReport:
        """The report that another process wrote as JSON."""
        return cls(facts["counts"], tuple(facts["problems"]), facts["sources"])
