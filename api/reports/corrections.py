"""What has changed in the table of the period before since that period ended, from the events' history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time

from api.reports.house import Phrases
from api.reports.model import Cell, Grid, Line, Paragraph, Section
from api.reports.table import build_table
from domain.event import Event, Status
from domain.period import Period

_COLUMNS = ("application", "field", "was", "is")


def print_time(period: Period) -> datetime:
    """When the table of the period before was final as far as could be known: as this one begins."""
    return datetime.combine(period.first, time(), UTC)


def build_corrections(then: Iterable[Event], now: Iterable[Event], period: Period, phrases: Phrases) -> Section | None:
    """A row a correction; None where nothing was known then, so that no table can have been printed."""
    old, new = (_build_lines(events, phrases) for events in (then, now))
    if not old:
        return None
    rows = tuple(_iter_rows(old, new, phrases))
    told = {"before": phrases.name_period(period.before), "at": f"{print_time(period):%Y-%m-%d %H:%M}"}
    lead = phrases.say("sections.lead.corrections" if rows else "sections.lead.corrections_none", **told)
    grid = Grid("corrections", "", _COLUMNS, tuple(phrases.say(f"grid.{key}") for key in _COLUMNS), rows)
    title = phrases.say("sections.corrections")
    return Section("corrections", title, (Paragraph(lead, quiet=True),), (grid,) if rows else ())


def _build_lines(events: Iterable[Event], phrases: Phrases) -> dict[str, Line]:
    listed = [event for event in events if event.status is not Status.DENIED]
    return {line.event.id: line for line in build_table(listed, phrases.words.language).lines}


def _iter_rows(old: dict[str, Line], new: dict[str, Line], phrases: Phrases) -> Iterator[tuple[Cell, ...]]:
    whole, none = phrases.say("corrections.row"), phrases.words.undisclosed
    for event_id, line in old.items():
        if event_id in new:
            yield from _compare(line, new[event_id], phrases)
        else:
            yield _row(line, whole, _sum_up(line, phrases), phrases.say("corrections.removed"))
    for event_id, line in new.items():
        if event_id not in old:
            yield _row(line, whole, none, _sum_up(line, phrases))


def _sum_up(line: Line, phrases: Phrases) -> str:
    """Round and amount, which tell a row from the others."""
    told = [cell for cell in (line.cells[3], line.cells[4]) if cell != phrases.words.undisclosed]
    return phrases.words.lists["comma"].join(told) or phrases.words.undisclosed


def _compare(before: Line, after: Line, phrases: Phrases) -> Iterator[tuple[Cell, ...]]:
    columns: Sequence[str] = tuple(phrases.words.columns.values())
    for title, was, now in zip(columns, before.cells, after.cells, strict=True):
        if was != now:
            yield _row(after, title, was, now)
    if before.event.status is not after.event.status:
        statuses = phrases.words.statuses
        title = phrases.words.fields["status"]
        yield _row(after, title, statuses[before.event.status.value], statuses[after.event.status.value])


def _row(line: Line, field: str, was: str, now: str) -> tuple[Cell, ...]:
    return (Cell(line.cells[0], event_id=line.event.id), Cell(field), Cell(was), Cell(now))
