"""Files many claims from the first to the last: what the store has to hold, whatever the order they came in.

claims ─→ in order of publication ─→ judgements, else candidates ─→ decide ─→ fuse ─→ edits ─→ events with members
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.claim import Candidate, Claim, claim_order, company_keys
from domain.currency import DollarsOnly, Rates
from domain.editing import edit_event
from domain.event import Event
from domain.fusion import fuse, name_event
from domain.gazetteer import Gazetteer, load_gazetteer
from domain.judgement import Bench, Judgement
from domain.profile import Knowledge
from domain.resolution import (
    JOIN_AT,
    Decision,
    Filing,
    Join,
    Reason,
    choose_heir,
    decide_all,
    redirect,
    score_candidate,
)

# news of a round comes at most so long after it, and a rumour so long ahead
BEFORE, AFTER = timedelta(days=600), timedelta(days=240)
NEAREST = 6


def shift_day(day: date, by: timedelta) -> date:
    """The day so much later, or the calendar's end."""
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


@dataclass(frozen=True, slots=True)
class FiledEvent:
    """An event with its claims, in the order they were filed; the first one founded it."""

    event: Event
    filings: tuple[Filing, ...]


def file_in_order(
    claims: Iterable[Claim],
    judgements: Sequence[Judgement] = (),
    *,
    rates: Rates | None = None,
    gazetteer: Gazetteer | None = None,
    is_taken: Callable[[str], bool] = lambda event_id: False,
) -> list[FiledEvent]:
    """Files the claims in order of publication, and gives the events by the order of their founders."""
    ordered = sorted(claims, key=claim_order)
    known = Knowledge(gazetteer or load_gazetteer(), rates or DollarsOnly())
    ledger = _Ledger(Bench(judgements, ordered), known, is_taken)
    for claim in ordered:
        ledger.file(claim)
    return ledger.close()


class _Ledger:
    def __init__(self, bench: Bench, known: Knowledge, is_taken: Callable[[str], bool]) -> None:
        self._bench = bench
        self._known = known
        self._is_taken = is_taken
        self._filings: dict[str, list[Filing]] = {}
        self._events: dict[str, Event] = {}
        self._index = _Index()
        # where the events went that became part of another one
        self._absorbed: dict[str, str] = {}

    def file(self, claim: Claim) -> None:
        """Puts the claim under the event where it belongs."""
        decision, target = self._decide(claim)
        self._filings.setdefault(target, []).append(Filing(claim, decision))
        self._refresh(target)

    def close(self) -> list[FiledEvent]:
        """The events with what persons edited."""
        heirs = {event_id: self._find_heir(event_id) for event_id in self._absorbed}
        return [
            FiledEvent(
                self._edit(event),
                tuple(replace(f, decision=redirect(f.decision, heirs, event_id)) for f in self._filings[event_id]),
            )
            for event_id, event in self._events.items()
        ]

    def _find_heir(self, event_id: str) -> str:
        while event_id in self._absorbed:
            event_id = self._absorbed[event_id]
        return event_id

    def _decide(self, claim: Claim) -> tuple[Decision, str]:
        judged = self._judge(claim) if self._bench.has_ruling(claim) else {}
        bound = [event_id for event_id, (together, _) in judged.items() if together]
        if bound:
            target = self._unite(bound[0], bound[1:])
            return Join(target, 1.0, (Reason("judgement", 1.0, judged[bound[0]][1].describe()),)), target
        near = [candidate for candidate in self._find_near(claim) if candidate.event.id not in judged]
        decision, tied = decide_all(claim, near, known=self._known)
        if not isinstance(decision, Join):
            return decision, self._name(claim)
        others = dict.fromkeys((*tied, *self._find_strangers(claim, near, decision.event_id)))
        target = self._unite(decision.event_id, list(others))
        return replace(decision, event_id=target), target

    def _find_strangers(self, claim: Claim, near: Sequence[Candidate], target: str) -> list[str]:
        """Events told under names that share nothing with the target's until this claim, which fits both, ties them."""
        own = self._keys(target)
        return [
            candidate.event.id
            for candidate in near
            if not own & self._keys(candidate.event.id) and score_candidate(claim, candidate, self._known)[0] >= JOIN_AT
        ]

    def _keys(self, event_id: str) -> frozenset[str]:
        members = self._members(event_id)
        return frozenset(key for m in members for key in company_keys(m.extraction, self._known.gazetteer))

    def _judge(self, claim: Claim) -> dict[str, tuple[bool, Judgement]]:
        rulings = {event_id: self._bench.rule(claim, self._members(event_id)) for event_id in self._events}
        return {event_id: ruling for event_id, ruling in rulings.items() if ruling is not None}

    def _unite(self, joined: str, others: Sequence[str]) -> str:
        sizes = {event_id: len({c.article.id for c in self._members(event_id)}) for event_id in (joined, *others)}
        target = choose_heir(sizes, joined)
        for event_id in sizes:
            if event_id != target:
                self._absorb(target, event_id)
        return target

    def _absorb(self, target: str, other: str) -> None:
        self._filings[target] += self._filings.pop(other)
        self._absorbed[other] = target
        self._index.drop(other)
        del self._events[other]

    def _name(self, claim: Claim) -> str:
        attempt = 0
        while self._is_used(event_id := name_event(claim, attempt)):
            attempt += 1
        return event_id

    def _is_used(self, event_id: str) -> bool:
        return event_id in self._events or event_id in self._absorbed or self._is_taken(event_id)

    def _members(self, event_id: str) -> tuple[Claim, ...]:
        return tuple(filing.claim for filing in self._filings[event_id])

    def _refresh(self, event_id: str) -> None:
        members = self._members(event_id)
        known = self._known
        self._events[event_id] = fuse(members, event_id=event_id, rates=known.rates, gazetteer=known.gazetteer)
        self._index.put(event_id, self._events[event_id].announced_on, self._keys(event_id))

    def _find_near(self, claim: Claim) -> list[Candidate]:
        keys = company_keys(claim.extraction, self._known.gazetteer)
        return [Candidate(self._events[id], self._members(id)) for id in self._index.find(keys, claim.dated.on)]

    def _edit(self, event: Event) -> Event:
        for judgement in self._bench.edits_of(self._members(event.id)):
            event = edit_event(event, judgement.field or "", judgement.value, self._known.rates, self._known.gazetteer)
        return replace(event, revision=1)


class _Index:
    """Events by company key and day; what the store does with an index of its own."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[tuple[date, str]]] = defaultdict(list)
        self._places: dict[str, tuple[date, frozenset[str]]] = {}

    def put(self, event_id: str, on: date, keys: Iterable[str]) -> None:
        """Lists the event under the keys, and nowhere else."""
        place = (on, frozenset(keys))
        if self._places.get(event_id) == place:
            return
        self.drop(event_id)
        self._places[event_id] = place
        for key in place[1]:
            insort(self._by_key[key], (on, event_id))

    def drop(self, event_id: str) -> None:
        """Takes the event out."""
        if event_id in self._places:
            on, keys = self._places.pop(event_id)
            for key in keys:
                self._by_key[key].remove((on, event_id))

    def find(self, keys: Iterable[str], on: date) -> list[str]:
        """The nearest events under these keys, looking both ways from the day."""
        found: dict[str, None] = {}
        for key in sorted(keys):
            listed = self._by_key.get(key, [])
            first = bisect_left(listed, (shift_day(on, -BEFORE), ""))
            middle = bisect_right(listed, (on, chr(0x10FFFF)))
            last = bisect_right(listed, (shift_day(on, AFTER), chr(0x10FFFF)))
            until = sorted(listed[first:middle], key=lambda place: (-place[0].toordinal(), place[1]))
            found |= dict.fromkeys(event_id for _, event_id in (*until[:NEAREST], *listed[middle:last][:NEAREST]))
        return list(found)
