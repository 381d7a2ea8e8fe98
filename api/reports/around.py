"""What stands around the funding table: totals, mega-rounds, active investors, rumours and other news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from api.reports.house import Phrases
from api.reports.model import Cell, Grid, Paragraph, Section
from api.reports.sums import (
    Sum,
    find_change,
    find_usd,
    sum_by_kind,
    sum_by_round,
    sum_by_sector,
    write_change,
    write_usd,
)
from api.reports.table import place_event, write_amount, write_application, write_leads, write_round
from domain.alerting import FACTS, MEGA_KINDS, MEGA_USD
from domain.event import Event, Kind, Party, Status
from domain.period import Period
from storage.reporting import Item

_MOST_INVESTORS = 10
_MOST_NEWS = 6
_SUMS = ("deals", "disclosed", "sum", "before", "change")


def build_totals(events: Sequence[Event], before: Sequence[Event], period: Period, phrases: Phrases) -> Section | None:
    """Sums by kind, and of equity by sector and round, each beside that of the period before."""
    now, then = ([event for event in found if event.status in FACTS] for found in (events, before))
    if not now:
        return None
    equity_now, equity_then = ([event for event in found if event.kind is Kind.EQUITY] for found in (now, then))
    grids = [
        _build_sums("kind", sum_by_kind(now, phrases), sum_by_kind(then, phrases), phrases),
        _build_sums("sector", sum_by_sector(equity_now, phrases), sum_by_sector(equity_then, phrases), phrases),
        _build_sums("round", sum_by_round(equity_now, phrases), sum_by_round(equity_then, phrases), phrases),
    ]
    return _section("totals", [grid for grid in grids if grid.rows], phrases, before=phrases.name_period(period.before))


def _build_sums(key: str, now: Sequence[Sum], then: Sequence[Sum], phrases: Phrases) -> Grid:
    earlier = {found.key: found for found in then}
    rows = []
    for found in now:
        before = earlier.get(found.key, Sum(found.key, found.label, 0, 0, 0.0))
        rows.append(
            (
                Cell(found.label, found.key),
                Cell(str(found.deals), found.deals),
                Cell(str(found.disclosed), found.disclosed),
                Cell(write_usd(found.usd, found.disclosed, phrases), find_usd(found)),
                Cell(write_usd(before.usd, before.disclosed, phrases), find_usd(before)),
                Cell(write_change(before, found, phrases), find_change(before, found)),
            )
        )
    return _grid(f"by_{key}", phrases.say(f"grid.by_{key}"), (key, *_SUMS), rows, phrases)


def build_mega(events: Iterable[Event], phrases: Phrases) -> Section | None:
    """Equity and commitments of 100 million dollars and more."""
    found = [
        event
        for event in events
        if event.status in FACTS and event.kind in MEGA_KINDS and (event.amount_usd or 0.0) >= MEGA_USD
    ]
    return _list_deals("mega", found, phrases)


def build_rumours(events: Iterable[Event], phrases: Phrases) -> Section | None:
    """What is told and not confirmed."""
    return _list_deals("rumours", [event for event in events if event.status is Status.RUMOURED], phrases)


def _list_deals(key: str, events: Sequence[Event], phrases: Phrases) -> Section | None:
    words = phrases.words
    rows = [
        (
            Cell(write_application(event, words), event_id=event.id),
            Cell(write_round(event, words)),
            Cell(write_amount(event, words), event.amount_usd),
            Cell(write_leads(event, words)),
        )
        for event in sorted(events, key=place_event)
    ]
    if not rows:
        return None
    return _section(key, [_grid(key, "", ("application", "round", "amount", "leads"), rows, phrases)], phrases)


def build_investors(events: Iterable[Event], phrases: Phrases) -> Section | None:
    """Who takes part in two announced or closed rounds or more."""
    parts: dict[str, list[tuple[Event, Party, bool]]] = defaultdict(list)
    for event in events:
        if event.status in FACTS:
            for party, led in _iter_parts(event):
                parts[party.key].append((event, party, led))
    active = [part for part in parts.values() if len(part) > 1]
    active.sort(key=lambda part: (-len(part), -sum(led for _, _, led in part), part[0][1].key))
    rows = [_describe_investor(part, phrases) for part in active[:_MOST_INVESTORS]]
    if not rows:
        return None
    return _section(
        "investors", [_grid("investors", "", ("investor", "deals", "led", "companies"), rows, phrases)], phrases
    )


def _iter_parts(event: Event) -> Iterator[tuple[Party, bool]]:
    yield from ((party, True) for party in event.leads)
    yield from ((party, False) for party in event.participants)


def _describe_investor(part: Sequence[tuple[Event, Party, bool]], phrases: Phrases) -> tuple[Cell, ...]:
    words = phrases.words
    led = sum(led for _, _, led in part)
    events = sorted((event for event, _, _ in part), key=place_event)
    return (
        Cell(part[0][1].in_language(words.language)),
        Cell(str(len(part)), len(part)),
        Cell(str(led), led),
        Cell(words.join([write_application(event, words) for event in events])),
    )


def build_news(items: Iterable[Item], phrases: Phrases) -> Section | None:
    """News that is no round, by topic, a few of each, one of each title."""
    topics: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        topics[item.topic or "other"].setdefault(" ".join(item.title.split()), item)
    grids = [
        _grid(topic, phrases.get(f"topics.{topic}", topic), ("published_on", "title", "source"), [
            (Cell(item.published_on.isoformat(), item.published_on), Cell(title, url=item.url), Cell(item.source))
            for title, item in list(found.items())[:_MOST_NEWS]
        ], phrases)
        for topic, found in sorted(topics.items(), key=lambda pair: (pair[0] == "other", -len(pair[1]), pair[0]))
    ]  # fmt: skip
    return Section("news", phrases.say("sections.news"), (), tuple(grids)) if grids else None


def _grid(key: str, title: str, keys: Sequence[str], rows: Iterable[tuple[Cell, ...]], phrases: Phrases) -> Grid:
    return Grid(key, title, tuple(keys), tuple(phrases.say(f"grid.{name}") for name in keys), tuple(rows))


def _section(key: str, grids: Sequence[Grid], phrases: Phrases, **values: object) -> Section:
    lead = Paragraph(phrases.say(f"sections.lead.{key}", **values), quiet=True)
    return Section(key, phrases.say(f"sections.{key}"), (lead,), tuple(grids))
