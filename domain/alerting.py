"""When an event deserves an alert, and when an alert deserves a correction; pure, the merge stage writes it.

before, after ─→ RuleBook.find_due: rules that turned true, of news that is fresh         ─→ Alert
told, after   ─→ find_corrections: what was told has changed in a way that matters        ─→ Alert, marked
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.alert_rules import DEFAULT_RULES, FACTS, MEGA_KINDS, MEGA_USD, Rule
from domain.claim import Claim
from domain.event import Event, Status
from domain.subjects import Subject, Token

# an amount that moves by more than a tenth is another amount
MATTERS = 0.10


@dataclass(frozen=True, slots=True)
class Told:
    """What the last alert of a rule said of an event; a later correction is measured against it."""

    rule_id: str
    event_id: str
    number: int
    status: Status
    amount_usd: float | None


@dataclass(frozen=True, slots=True)
class Alert:
    """That a rule turned true of an event at a revision; `number` above 0 marks a correction of what was told."""

    rule_id: str
    event_id: str
    revision: int
    at: datetime
    number: int = 0
    status: Status = Status.ANNOUNCED
    amount_usd: float | None = None

    @property
    def id(self) -> str:
        """The same for every try: a rule tells of an event once, and of each correction once."""
        return f"{self.rule_id}.{self.event_id}" + (f".{self.number}" if self.number else "")

    @property
    def correction(self) -> bool:
        """Whether it corrects an earlier alert."""
        return self.number > 0


class RuleBook:
    """Rules, laid out so that an event is held only against those that it may concern."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rule for rule in rules if rule.enabled)
        self._by_id = {rule.id: rule for rule in self.rules}
        self._by_token: dict[Token, list[Rule]] = defaultdict(list)
        self._always: list[Rule] = []
        self._asked = frozenset(name for rule in self.rules for name in _iter_names(rule.source.get("when")))
        for rule in self.rules:
            anchor = rule.when.anchor()
            if anchor is None:
                self._always.append(rule)
            for token in anchor or ():
                self._by_token[token].append(rule)
        self._kinds = frozenset(kind for kind, _ in self._by_token)

    def get(self, rule_id: str) -> Rule | None:
        """The rule of that id, None where it is gone."""
        return self._by_id.get(rule_id)

    def asks(self, *fields: str) -> bool:
        """Whether any rule names one of these fields: the store need not look up what they want otherwise."""
        return not self._asked.isdisjoint(fields)

    def find_true(self, subject: Subject) -> list[Rule]:
        """The rules that are true of the event, in the order of the book."""
        found = {rule.id: rule for rule in self._always}
        for token in subject.iter_tokens(self._kinds):
            for rule in self._by_token.get(token, ()):
                found[rule.id] = rule
        return [rule for rule in found.values() if rule.is_true_of(subject)]

    def find_due(
        self, before: Subject | None, after: Subject, at: datetime, *, told_on: date | None = None
    ) -> list[Alert]:
        """The rules that were not true before and are now; `told_on` is the day of the article that changed it."""
        event = after.event
        return [
            announce(rule.id, event, at)
            for rule in self.find_true(after)
            if not rule.is_true_of(before) and rule.is_fresh(told_on, event, before is not None, at.date())
        ]


def _iter_names(table: Any) -> Iterator[str]:
    """Yields the fields that a table of conditions names, however deep."""
    if isinstance(table, Mapping):
        yield from table
        table = tuple(table.values())
    if isinstance(table, Sequence) and not isinstance(table, str):
        for value in table:
            yield from _iter_names(value)


def find_day_told(claim: Claim) -> date:
    """The day that news is as old as: its article's, else the one that it tells; only news without either is of today.

    What was imported with no more than a month to it came in today, and may be of long ago.
    """
    return claim.article.published_on or claim.dated.on


def announce(rule_id: str, event: Event, at: datetime, number: int = 0) -> Alert:
    """The alert of a rule about an event as it stands."""
    return Alert(rule_id, event.id, event.revision, at, number, event.status, event.amount_usd)


def find_corrections(told: Iterable[Told], after: Event, at: datetime) -> list[Alert]:
    """A correction for each rule whose last word on the event is wrong now in a way that matters."""
    return [announce(last.rule_id, after, at, last.number + 1) for last in told if is_outdated(last, after)]


def is_outdated(told: Told, after: Event) -> bool:
    """Whether what was told is wrong now: another amount, a rumour confirmed, a denial (or its end)."""
    return _matters(told.status, after.status) or _moved(told.amount_usd, after.amount_usd)


def _matters(told: Status, now: Status) -> bool:
    if told is now:
        return False
    return Status.DENIED in (told, now) or told is Status.RUMOURED


def _moved(told: float | None, now: float | None) -> bool:
    if now is None:
        return False
    return told is None or abs(now - told) > MATTERS * max(told, 1.0)


__all__ = [
    "DEFAULT_RULES",
    "FACTS",
    "MEGA_KINDS",
    "MEGA_USD",
    "Alert",
    "Rule",
    "RuleBook",
    "Told",
    "announce",
    "find_corrections",
    "find_day_told",
    "is_outdated",
]
