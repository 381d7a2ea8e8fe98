"""The sources as a table: what they are, and how they are by what the store knows of their fetches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.health import SourceHealth, judge_health

if TYPE_CHECKING:
    from crawler.sources import Source
    from storage.sources import SourceState
    from storage.store import Store

COLUMNS = (
    "id",
    "name",
    "lang",
    "country",
    "trust",
    "every",
    "verified",
    "health",
    "last read",
    "newest item",
    "pending",
    "error",
)


def build_rows(sources: Iterable[Source], store: Store, now: datetime) -> list[list[str]]:
    """A row for each source."""
    from storage.desk import Desk

    switches = Desk(store).switches()
    return [_build_row(source, store, switches, now) for source in sources]


def _build_row(source: Source, store: Store, switches: Mapping[str, bool], now: datetime) -> list[str]:
    states = store.sources.get_states(source.id)
    whole = states.get("")
    read = max((state.last_success_at for state in states.values() if state.last_success_at), default=None)
    worst = max(states.values(), key=lambda state: state.failures, default=None)
    health = judge_health(
        failures=worst.failures if worst else 0,
        last_success_at=read,
        last_item_at=whole.last_item_at if whole else None,
        usual_gap=timedelta(seconds=whole.usual_gap) if whole and whole.usual_gap else None,
        now=now,
    )
    if health is SourceHealth.SILENT and not source.expect.silence:
        health = SourceHealth.OK
    error = _describe_silence(whole, now) if whole and health is SourceHealth.SILENT else _describe_failure(worst)
    return [
        source.id,
        source.name,
        source.language,
        source.country or "",
        f"{source.trust:.2f}",
        source.cadence,
        "yes" if source.verified else "no",
        health.value if switches.get(source.id, source.enabled) else "off",
        _write_time(read),
        _write_time(whole.last_item_at if whole else None),
        str(store.frontier.count_pending(source.id) or ""),
        error,
    ]


def _write_time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _describe_failure(state: SourceState | None) -> str:
    if state is None or not state.failures:
        return ""
    times = "once" if state.failures == 1 else f"{state.failures} times"
    return f"{state.flaw}: {state.last_error} ({times})"


def _describe_silence(whole: SourceState, now: datetime) -> str:
    from crawler.expectations import describe_silence

    assert whole.last_item_at and whole.usual_gap
    return describe_silence(now - whole.last_item_at, timedelta(seconds=whole.usual_gap))
