"""The events that a transaction has at hand, each with its claims: read once, and kept up with what it writes.

claims to file ─→ expect: their candidates read together ─→ near: the candidates of one ─→ note: what its filing changed
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from sqlalchemy import Connection

from domain.claim import Candidate, Claim, company_keys
from domain.event import Event
from domain.gazetteer import Gazetteer
from domain.history import Change
from domain.ledger import AFTER, BEFORE, NEAREST, shift_day
from storage.event_reading import Place, find_near, load_candidates


class Dossiers:
    """The candidates of one transaction: as long as it lasts, nobody else files anything."""

    def __init__(self) -> None:
        self._held: dict[str, Candidate] = {}
        # what lies near a day under a key
        self._near: dict[Place, _Near] = {}

    def expect(self, connection: Connection, claims: Sequence[Claim], known: Gazetteer) -> None:
        """Reads what these claims may belong to, all together."""
        places = [_list_places(claim, known) for claim in claims]
        self._look_around(connection, chain.from_iterable(places))
        self._open(connection, {event_id for some in places for event_id in self._find(some)})

    def near(self, connection: Connection, claim: Claim, known: Gazetteer) -> list[Candidate]:
        """The events that the claim may belong to, as they are now."""
        places = _list_places(claim, known)
        self._look_around(connection, places)
        ids = self._find(places)
        self._open(connection, ids)
        return [self._held[event_id] for event_id in ids]

    def note(self, change: Change, known: Gazetteer) -> bool:
        """Takes up a change that was written; gives whether the event is at hand now, with all its claims."""
        before = self._held.pop(change.after.id, None)
        left = before.members if before else ()
        if change.filings is not None:
            members = tuple(filing.claim for filing in change.filings)
        else:
            members = left if change.claim is None else (*left, change.claim)
        whole = before is not None or change.before is None or change.filings is not None
        if whole:
            self._held[change.after.id] = Candidate(change.after, members)
        if change.before is None and change.filings is None:
            self._add(change.after, _list_keys(members, known))
        elif not change.names_known or change.before is None or change.before.announced_on != change.after.announced_on:
            self._forget(_list_keys((*left, *members), known))
        return whole

    def end(self, event_id: str, known: Gazetteer) -> None:
        """Takes up that an event went out of sight."""
        if event_id in self._held:
            self._forget(_list_keys(self._held.pop(event_id).members, known))

    def close(self) -> None:
        """Forgets everything: what follows is read anew."""
        self._held.clear()
        self._near.clear()

    def _find(self, places: Iterable[Place]) -> list[str]:
        return sorted({event_id for place in places for event_id in self._near[place].ids})

    def _look_around(self, connection: Connection, places: Iterable[Place]) -> None:
        missing = list(dict.fromkeys(place for place in places if place not in self._near))
        for (key, on), found in find_near(connection, missing).items():
            self._near[key, on] = near = _Near(on)
            for day, event_id in found:
                near.add(day, event_id)

    def _open(self, connection: Connection, ids: Iterable[str]) -> None:
        missing = sorted(event_id for event_id in ids if event_id not in self._held)
        self._held |= {candidate.event.id: candidate for candidate in load_candidates(connection, missing)}

    def _add(self, event: Event, keys: Collection[str]) -> None:
        """Lays an event that is new near the days that it lies near to."""
        for (key, _), near in self._near.items():
            if key in keys:
                near.add(event.announced_on, event.id)

    def _forget(self, keys: Collection[str]) -> None:
        """Forgets what lies near under these keys: another event does now."""
        self._near = {place: near for place, near in self._near.items() if place[0] not in keys}


class _Near:
    """The nearest events under a key, before a day and behind it."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._first, self._last = shift_day(on, -BEFORE), shift_day(on, AFTER)
        self._until: list[tuple[int, str]] = []
        self._since: list[tuple[int, str]] = []

    @property
    def ids(self) -> Iterator[str]:
        """The events' ids."""
        return (event_id for _, event_id in chain(self._until, self._since))

    def add(self, day: date, event_id: str) -> None:
        """Takes up an event, unless as many are nearer."""
        if self._first <= day <= self._last:
            way = self._until if day <= self._on else self._since
            insort(way, (abs((day - self._on).days), event_id))
            del way[NEAREST:]


def _list_places(claim: Claim, known: Gazetteer) -> list[Place]:
    on = claim.dated.on
    return [(key, on) for key in sorted(company_keys(claim.extraction, known))]


def _list_keys(claims: Iterable[Claim], known: Gazetteer) -> set[str]:
    return {key for claim in claims for key in company_keys(claim.extraction, known)}
