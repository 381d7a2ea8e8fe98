"""Sums of deals: how many, how many with an amount, and dollars; kinds are never added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from api.reports.amounts import render_round, render_total
from api.reports.house import Phrases
from api.reports.table import find_sector
from domain.event import Event, Kind
from domain.rounds import base_round, stage_of


@dataclass(frozen=True, slots=True)
class Sum:
    """The deals under one label."""

    key: str
    label: str
    deals: int
    disclosed: int
    usd: float


def sum_by_kind(facts: Iterable[Event], phrases: Phrases) -> list[Sum]:
    """A sum for each kind that occurs."""
    groups = _group(facts, lambda event: event.kind.value)
    return [_sum(kind.value, phrases.words.kinds[kind.value], groups[kind.value]) for kind in Kind if kind in groups]


def sum_by_sector(facts: Iterable[Event], phrases: Phrases) -> list[Sum]:
    """A sum for each sector, the largest first, deals of no known sector last."""
    groups = _group(facts, lambda event: find_sector(event, phrases.words) or "")
    other = phrases.say("notes.other_sector")
    sums = [_sum(key, phrases.words.sectors.get(key, other), events) for key, events in groups.items()]
    return sorted(sums, key=lambda found: (not found.key, -found.usd, -found.deals, found.label))


def sum_by_round(facts: Iterable[Event], phrases: Phrases) -> list[Sum]:
    """A sum for each round without its suffix, the earliest first, undisclosed ones last."""
    groups = _group(facts, lambda event: base_round(event.round) if event.round else "")
    no_round, language = phrases.say("notes.no_round"), phrases.words.language
    sums = [_sum(key, render_round(key, language) if key else no_round, events) for key, events in groups.items()]
    return sorted(sums, key=lambda found: (not found.key, _stage(found.key), found.label))


def _stage(name: str) -> float:
    stage = stage_of(name)
    return 99.0 if stage is None else stage


def _group(events: Iterable[Event], read: Callable[[Event], str]) -> dict[str, list[Event]]:
    groups: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        groups[read(event)].append(event)
    return groups


def _sum(key: str, label: str, events: Sequence[Event]) -> Sum:
    told = [event.amount_usd for event in events if event.amount_usd is not None]
    return Sum(key, label, len(events), len(told), sum(told))


def write_change(before: Sum, now: Sum, phrases: Phrases) -> str:
    """How a sum moved: a percentage, a multiple from threefold on, or words where there is nothing to compare with."""
    if any(found.deals and not found.disclosed for found in (before, now)):
        return phrases.say("change.unknown")
    if before.usd == now.usd:
        return phrases.say("change.same" if now.usd else "change.nothing")
    if not before.usd:
        return phrases.say("change.new")
    if not now.usd:
        return phrases.say("change.gone")
    return _write_ratio(now.usd / before.usd, phrases)


def find_change(before: Sum, now: Sum) -> float | None:
    """How a sum moved, as a part of what it was; None where there is nothing to compare with."""
    if not (before.usd and now.usd) or any(found.deals and not found.disclosed for found in (before, now)):
        return None
    return round(now.usd / before.usd - 1, 4)


def _write_ratio(ratio: float, phrases: Phrases) -> str:
    if ratio >= 3:
        return phrases.say("change.times", times=f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}")
    percent = round(100 * (ratio - 1))
    return phrases.say("change.percent", sign="+" if percent > 0 else "−" if percent < 0 else "", percent=abs(percent))


def find_usd(found: Sum) -> float | None:
    """A sum as a number; nothing disclosed is no zero."""
    return found.usd if found.disclosed else None


def write_usd(usd: float, disclosed: int, phrases: Phrases) -> str:
    """A sum in words; nothing disclosed is no zero."""
    return render_total(usd, phrases.words.language) if disclosed else phrases.words.undisclosed
