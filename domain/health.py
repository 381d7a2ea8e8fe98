"""Whether a source is well: it answers, and it has news as often as it usually has."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

_SILENT_AFTER = 3
_LEAST_DAYS = 4


class SourceHealth(StrEnum):
    """What to think of a source."""

    NEW = "new"
    """Never read."""
    OK = "ok"
    FAILING = "failing"
    """Its last fetch failed."""
    SILENT = "silent"
    """It answers, but has had no item for three times its usual gap."""


def find_usual_gap(days: Sequence[date]) -> timedelta | None:
    """The time that usually lies between two days with items; None where too few are known.

    Counted in days, since an outlet that writes twenty items a day is no emergency on a Sunday.
    """
    known = sorted(set(days))
    if len(known) < _LEAST_DAYS:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(known)]
    return timedelta(days=statistics.median(gaps))


def judge_health(
    *,
    failures: int,
    last_success_at: datetime | None,
    last_item_at: datetime | None,
    usual_gap: timedelta | None,
    now: datetime,
) -> SourceHealth:
    """What to think of a source by what is known of its fetches and items."""
    if failures:
        return SourceHealth.FAILING
    if last_success_at is None:
        return SourceHealth.NEW
    if last_item_at and usual_gap and now - last_item_at > _SILENT_AFTER * usual_gap:
        return SourceHealth.SILENT
    return SourceHealth.OK
