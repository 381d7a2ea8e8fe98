"""Prints the funding table of a week in the form asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from domain.errors import NotFound
from domain.week import Week
from tracker.console_table import print_table

if TYPE_CHECKING:
    from storage.store import Store

_TITLES = {"zh": "{week} AI 融资表（{monday} 至 {sunday}）", "en": "AI funding table {week} ({monday} to {sunday})"}


def print_report(store: Store, week: Week, language: str, form: str) -> None:
    """Prints the table to standard output; NotFound where nothing is stored for that week."""
    events = store.events.in_week(week)
    if not events:
        raise NotFound(str(week), _describe_gap(store))
    from api.reports.table import build_table, render_table

    table = build_table(events, language)
    if form == "text":
        print_table(table.columns, table.rows, title=build_title(week, language))
    else:
        sys.stdout.write(render_table(table, form))


def find_latest_week(store: Store) -> Week:
    """The last week that has events; NotFound where there is none."""
    weeks = [summary.week for summary in store.events.weeks()]
    if not weeks:
        raise NotFound("latest", _describe_gap(store))
    return max(weeks)


def build_title(week: Week, language: str) -> str:
    """The heading of a week's table."""
    return _TITLES[language].format(week=week, monday=week.monday, sunday=week.sunday)


def _describe_gap(store: Store) -> str:
    weeks = sorted(summary.week for summary in store.events.weeks())
    if not weeks:
        return "no funding event is stored, in this week or any other"
    return f"no funding event is stored for this week; the store has {weeks[0]} to {weeks[-1]}"
