"""What a source is expected to give: too little is a problem, too much a warning, and silence is noticed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.report import Tally
from crawler.sources import Source
from domain.health import SourceHealth, find_usual_gap, judge_health
from storage.store import Store

log = logging.getLogger(__name__)


TOO_FEW = "too_few"


def check_reading(source: Source, tally: Tally, store: Store, now: datetime) -> None:
    """Compares how many entries a whole reading of a source gave with what its file expects, and keeps the outcome."""
    counts = tally.counts
    # an unchanged or failed address tells nothing of what there would have been
    if counts["unchanged"] or counts["failed_addresses"] or not counts["read"]:
        return
    entries, expect, problem = counts["entries"], source.expect, None
    if entries < expect.min:
        problem = f"only {entries} articles told of, at least {expect.min} are expected"
        tally.blame(source.homepage, problem)
    elif entries > expect.max:
        log.warning("%s: %d articles told of, at most %d are expected", source.id, entries, expect.max)
    _keep_shortage(source, store, problem, now)


def _keep_shortage(source: Source, store: Store, problem: str | None, now: datetime) -> None:
    """Counts readings with too little as failures of the source as a whole: each of its addresses may be well."""
    before = store.sources.state(source.id)
    if problem:
        times = before.failures + 1
        after = replace(before, failures=times, last_failure_at=now, last_error=problem, flaw=TOO_FEW)
    else:
        flaw = None if before.flaw == TOO_FEW else before.flaw
        after = replace(before, failures=0, last_error=None, flaw=flaw)
    if after != before:
        store.sources.save(after)


def check_silence(source: Source, store: Store, now: datetime) -> SourceHealth:
    """Works out how often a source has news, keeps that, and says whether it has fallen silent."""
    days, last_item_at = store.sources.get_item_times(source.id)
    gap = find_usual_gap(days)
    before = store.sources.state(source.id)
    health = judge_health(failures=0, last_success_at=now, last_item_at=last_item_at, usual_gap=gap, now=now)
    silent = health is SourceHealth.SILENT and source.expect.silence
    flaw = SourceHealth.SILENT.value if silent else None
    after = replace(
        before,
        last_item_at=last_item_at,
        usual_gap=gap.total_seconds() if gap else None,
        flaw=before.flaw if before.failures else flaw,
    )
    if after != before:
        store.sources.save(after)
    # said once, when it begins
    if after.flaw == SourceHealth.SILENT != before.flaw and last_item_at and gap:
        log.warning("%s: %s", source.id, describe_silence(now - last_item_at, gap))
    return health if silent or health is not SourceHealth.SILENT else SourceHealth.OK


def describe_silence(silence: timedelta, gap: timedelta) -> str:
    """`no new item for 9 days, usually one every 2 days`."""
    usual = gap / timedelta(days=1)
    return f"no new item for {silence.days} days, usually one every {'day' if usual == 1 else f'{usual:g} days'}"
