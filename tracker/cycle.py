"""One turn of the road, stage after stage; a stage that fails is reported and the others go on with what is there.

crawl ─→ extract ─→ merge ─→ alert
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import RoundwatchError
from tracker.progress import PlainProgress, RichProgress, Step, describe_counts
from tracker.settings import TrackerSettings

if TYPE_CHECKING:
    from storage.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a stage stands on: the store, the settings, the folder of sources (None: the shipped one).

    `crawl` outranks the crawler's settings from the environment.
    """

    store: Store
    settings: TrackerSettings
    sources_dir: Path | None = None
    crawl: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a stage went: its counts, and the problems that make the command's exit status 1."""

    stage: str
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True where the stage did all of its work."""
        return not self.problems


def crawl(ground: Ground, step: Step) -> Outcome:
    """Fetches what the sources have new."""
    from crawler.crawl import run_crawl
    from crawler.settings import load_crawl_settings

    report = run_crawl(ground.sources_dir, ground.settings.store_url, load_crawl_settings(**ground.crawl))
    return Outcome("crawl", report.counts, report.problems)


def extract(ground: Ground, step: Step) -> Outcome:
    """Reads the articles that this version of the extractor has not read."""
    from nlp.extractor import load_extractor
    from tracker import stages

    return Outcome("extract", stages.extract(ground.store, load_extractor(), progress=step.advance))


def merge(ground: Ground, step: Step) -> Outcome:
    """Files what was read under events, puts alerts that fall due into the outbox, indexes and writes out the new."""
    from api.cards import open_cards
    from storage.search import Search
    from tracker import stages
    from tracker.alerts.setup import load_setup

    rules = load_setup(ground.settings, ground.store).rules
    counts = stages.merge(ground.store, rules, progress=step.advance)
    Search(ground.store).refresh()
    open_cards(ground.store).refresh()
    return Outcome("merge", counts)


def alert(ground: Ground, step: Step) -> Outcome:
    """Delivers what the outbox holds."""
    from tracker.alerts.deliver import deliver_all

    counts = deliver_all(ground.store, ground.settings)
    undelivered = counts["failed"] + counts["dead"]
    problems = (f"alerts: {undelivered} of {sum(counts.values())} could not be delivered",) if undelivered else ()
    return Outcome("alert", counts, problems)


STAGES: Mapping[str, Callable[[Ground, Step], Outcome]] = {
    "crawl": crawl,
    "extract": extract,
    "merge": merge,
    "alert": alert,
}


def run_stages(
    names: Iterable[str], ground: Ground, progress: PlainProgress | RichProgress, warn: Callable[[str], None]
) -> bool:
    """Runs the stages in the order given; True where every one of them did all of its work."""
    outcomes = [_run(name, ground, progress, warn) for name in names]
    return all(outcome.ok for outcome in outcomes)


def _run(name: str, ground: Ground, progress: PlainProgress | RichProgress, warn: Callable[[str], None]) -> Outcome:
    try:
        with progress.step(name) as step:
            outcome = STAGES[name](ground, step)
    except RoundwatchError as error:
        outcome = Outcome(name, problems=(str(error),))
    else:
        progress.say(f"{name}: {describe_counts(outcome.counts)}")
    for problem in outcome.problems:
        warn(problem)
    return outcome
