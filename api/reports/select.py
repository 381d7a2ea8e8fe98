"""Which rounds a report's table lists, of all that the period has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.reports.amounts import render_round, render_total
from api.reports.house import Phrases
from api.reports.table import find_sector, place_event
from domain.event import Event, Kind, Party, Status
from domain.gazetteer import load_gazetteer
from domain.names import match_key
from domain.rounds import base_round


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; what is empty allows everything but denied rounds, which have to be asked for by status.

    `rounds` take a round with all its suffixes (series-a also series-a+) unless one is named.
    """

    min_usd: float | None = None
    top: int | None = None
    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    rounds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    investor: str | None = None
    text: str | None = None


ALL = Selection()


def select_events(events: Iterable[Event], wanted: Selection, phrases: Phrases) -> list[Event]:
    """The events wanted, in the order of the table."""
    found = sorted((event for event in events if _fits(event, wanted, phrases)), key=place_event)
    return found[: wanted.top] if wanted.top is not None else found


def _fits(event: Event, wanted: Selection, phrases: Phrases) -> bool:
    return (
        _has_status(event, wanted)
        and (wanted.min_usd is None or (event.amount_usd or 0.0) >= wanted.min_usd)
        and (not wanted.kinds or event.kind in wanted.kinds)
        and (not wanted.rounds or _has_round(event, wanted.rounds))
        and (not wanted.sectors or find_sector(event, phrases.words) in wanted.sectors)
        and (wanted.investor is None or _has_investor(event, wanted.investor))
        and (wanted.text is None or _holds_text(event, wanted.text))
    )


def _has_status(event: Event, wanted: Selection) -> bool:
    return event.status in wanted.statuses if wanted.statuses else event.status is not Status.DENIED


def _has_round(event: Event, rounds: tuple[str, ...]) -> bool:
    return event.round is not None and (event.round in rounds or base_round(event.round) in rounds)


def _has_investor(event: Event, name: str) -> bool:
    keys = {match_key(name), load_gazetteer().investor_key(name)}
    return any(party.key in keys for party in (*event.leads, *event.participants))


def _holds_text(event: Event, text: str) -> bool:
    names = [event.application or "", *(name for party in _parties(event) for name in _names(party))]
    return any(text.casefold() in name.casefold() for name in names)


def _parties(event: Event) -> Iterator[Party]:
    yield event.company
    yield from event.leads
    yield from event.participants


def _names(party: Party) -> tuple[str, ...]:
    return (party.name, *party.names.values())


def describe_selection(wanted: Selection, phrases: Phrases) -> str:
    """What the table lists, in words; empty where it lists everything."""
    items = list(_iter_items(wanted, phrases))
    return phrases.say("notes.selected", items=phrases.words.lists["comma"].join(items)) if items else ""


def _iter_items(wanted: Selection, phrases: Phrases) -> Iterator[str]:
    words = phrases.words
    if wanted.min_usd is not None:
        yield phrases.say("notes.min_usd", amount=render_total(wanted.min_usd, words.language))
    yield from (words.kinds[kind.value] for kind in wanted.kinds)
    yield from (words.statuses[status.value] for status in wanted.statuses)
    yield from (render_round(name, words.language) for name in wanted.rounds)
    yield from (words.sectors.get(sector, sector) for sector in wanted.sectors)
    if wanted.investor is not None:
        yield phrases.say("notes.investor", name=wanted.investor)
    if wanted.text is not None:
        yield phrases.say("notes.text", text=wanted.text)
    if wanted.top is not None:
        yield phrases.say("notes.top", count=wanted.top)
