"""When an event deserves an alert: a rule is due when it turns true between two revisions, once per rule and event."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.event import Event, Kind, Status
from domain.names import match_key

MEGA_USD = 100_000_000.0
FACTS = frozenset((Status.ANNOUNCED, Status.CLOSED))


@dataclass(frozen=True, slots=True)
class Rule:
    """What an alert watches for; empty collections allow everything, names are compared by match key."""

    id: str
    name: str
    minimum_usd: float = 0.0
    kinds: frozenset[Kind] = frozenset()
    statuses: frozenset[Status] = FACTS
    companies: tuple[str, ...] = ()
    investors: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def is_true_of(self, event: Event) -> bool:
        """Whether the event is what the rule watches for; an amount only bounded above counts by that bound."""
        return (
            event.merged_into is None
            and event.status in self.statuses
            and (not self.kinds or event.kind in self.kinds)
            and (not self.minimum_usd or (event.amount_usd or 0.0) >= self.minimum_usd)
            and _names_one(self.companies, (event.company.name, *event.company.names.values()))
            and _names_one(self.investors, _investor_names(event))
            and (not self.sectors or event.sector in self.sectors)
            and _has_word(self.words, event)
        )


def _investor_names(event: Event) -> list[str]:
    parties = (*event.leads, *event.participants)
    return [name for party in parties for name in (party.name, *party.names.values())]


def _names_one(wanted: Iterable[str], names: Iterable[str]) -> bool:
    keys = {match_key(name) for name in wanted}
    return not keys or bool(keys & {match_key(name) for name in names})


def _has_word(words: Collection[str], event: Event) -> bool:
    texts = (event.company.name, event.application or "", event.sector or "", *event.application_types.values())
    said = " ".join(texts).casefold()
    return not words or any(word.casefold() in said for word in words)


MEGA_ROUND = Rule(
    id="mega-round",
    name="Mega-round: 100 million USD and more",
    minimum_usd=MEGA_USD,
    kinds=frozenset((Kind.EQUITY, Kind.COMMITMENT)),
)
DEFAULT_RULES = (MEGA_ROUND,)


@dataclass(frozen=True, slots=True)
class Alert:
    """That a rule turned true of an event at a revision."""

    rule_id: str
    event_id: str
    revision: int
    at: datetime

    @property
    def id(self) -> str:
        """The same for every revision: a rule tells of an event once."""
        return f"{self.rule_id}.{self.event_id}"


def due_alerts(before: Event | None, after: Event, rules: Iterable[Rule], at: datetime) -> list[Alert]:
    """The rules that were not true before and are now; the outbox lets each through once per event."""
    return [
        Alert(rule.id, after.id, after.revision, at)
        for rule in rules
        if rule.is_true_of(after) and not (before is not None and rule.is_true_of(before))
    ]
