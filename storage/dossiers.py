"""The events that a transaction has at hand, each with its claims: read once, and kept up with what it writes.

claims to file ─→ expect: their candidates read together ─→ near: the candidates of one ─→ note: what its filing changed
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection

from domain.claim import Candidate, Claim, company_keys
from domain.gazetteer import Gazetteer
from domain.history import Change
from storage.event_reading import find_near, load_candidates


class Dossiers:
    """The candidates of one transaction: as long as it lasts, nobody else files anything."""

    def __init__(self) -> None:
        self._held: dict[str, Candidate] = {}
        # what lies near a day under the keys of a company
        self._near: dict[tuple[frozenset[str], date], list[str]] = {}

    def expect(self, connection: Connection, claims: Sequence[Claim], known: Gazetteer) -> None:
        """Reads what these claims may belong to, all together."""
        self._open(connection, {event_id for claim in claims for event_id in self._find(connection, claim, known)})

    def near(self, connection: Connection, claim: Claim, known: Gazetteer) -> list[Candidate]:
        """The events that the claim may belong to, as they are now."""
        ids = self._find(connection, claim, known)
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
        if not change.names_known or change.before is None or change.before.announced_on != change.after.announced_on:
            self._move((*left, *members), known)
        return whole

    def end(self, event_id: str, known: Gazetteer) -> None:
        """Takes up that an event went out of sight."""
        if event_id in self._held:
            self._move(self._held.pop(event_id).members, known)

    def close(self) -> None:
        """Forgets everything: what follows is read anew."""
        self._held.clear()
        self._near.clear()

    def _find(self, connection: Connection, claim: Claim, known: Gazetteer) -> list[str]:
        place = company_keys(claim.extraction, known), claim.dated.on
        if place not in self._near:
            self._near[place] = find_near(connection, *place)
        return self._near[place]

    def _open(self, connection: Connection, ids: Iterable[str]) -> None:
        missing = sorted(event_id for event_id in ids if event_id not in self._held)
        self._held |= {candidate.event.id: candidate for candidate in load_candidates(connection, missing)}

    def _move(self, members: Iterable[Claim], known: Gazetteer) -> None:
        """Forgets what lies near under the keys of these claims: another event does now."""
        keys = {key for member in members for key in company_keys(member.extraction, known)}
        self._near = {place: ids for place, ids in self._near.items() if keys.isdisjoint(place[0])}
