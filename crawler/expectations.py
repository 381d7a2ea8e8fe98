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


def check_reading(source: Source, tally: Tally) -> None:
    """Compares how many entries a whole reading of a source gave with what its file expects."""
    counts = tally.counts
    # an unchanged or failed address tells nothing of what there would have been
    if counts["unchanged"] or counts["failed_addresses"] or not counts["read"]:
        return
    entries, expect = counts["entries"], source.expect
    if entries < expect.min:
        tally.blame(source.homepage, f"only {entries} articles told of, at least {expect.min} are expected")
    elif entries > expect.max:
        log.warning("%s: %d articles told of, at most %d are expected", source.id, entries, expect.max)


def check_silence(source: Source, store: Store, now: datetime) -> SourceHealth:
    """Works out how often a source has news, keeps that, and says whether it has fallen silent."""
    days, last_item_at = store.sources.get_item_times(source.id)
    gap = find_usual_gap(days)
    before = store.sources.state(source.id)
    health = judge_health(failures=0, last_success_at=now, last_item_at=last_item_at, usual_gap=gap, now=now)
    silent = health is SourceHealth.SILENT and source.expect.silence
    after = replace(
        before,
        last_item_at=last_item_at,
        usual_gap=gap.total_seconds() if gap else None,
        flaw=SourceHealth.SILENT.value if silent else None,
    )
    if after != before:
        store.sources.save(after)
    # said once, when it begins
    if silent and before.flaw != SourceHealth.SILENT and last_item_at and gap:
        log.warning("%s: %s", source.id, describe_silence(now - last_item_at, gap))
    return health if silent or health is not SourceHealth.SILENT else SourceHealth.OK


def describe_silence(silence: timedelta, gap: timedelta) -> str:
    """`no new item for 9 days, usually one every 2 days`."""
    usual = gap / timedelta(days=1)
    return f"no new item for {silence.days} days, usually one every {'day' if usual == 1 else f'{usual:g} days'}"
