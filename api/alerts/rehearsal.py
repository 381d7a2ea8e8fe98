"""What a rule would have told: every event is told again article by article, and the rule looks on; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from api.alerts.message import Facts, render_title
from api.alerts.wording import WORDINGS
from domain.alert_rules import Rule
from domain.alerting import Told, find_day_told, is_outdated
from domain.claim import Claim
from domain.conflicts import has_conflict
from domain.currency import Rates
from domain.event import Event
from domain.fusion import fuse, list_reported
from domain.gazetteer import Gazetteer
from domain.subjects import Subject, build_subject

if TYPE_CHECKING:
    from storage.store import Store


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One alert that would have gone out."""

    told_on: date
    event_id: str
    title: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """What holds of an event through all of its articles."""

    event_id: str
    first: bool
    known: Gazetteer
    rates: Rates
    aliases: frozenset[str]

    def play(self, claims: Sequence[Claim], revision: int) -> Event:
        """The event as these articles tell it."""
        return fuse(claims, event_id=self.event_id, revision=revision, rates=self.rates, gazetteer=self.known)

    def look(self, event: Event, claims: Sequence[Claim]) -> Subject:
        """The event as a rule sees it."""
        flags = [*(["conflict"] if has_conflict(list_reported(claims)) else []), *(["first_round"] * self.first)]
        titles = [claim.article.title for claim in claims]
        return build_subject(event, flags, titles, known=self.known, aliases=self.aliases)


def rehearse(store: Store, rule: Rule, since: date, language: str) -> Iterator[Rehearsed]:
    """Yields what the rule would have told of the events announced since then, by day."""
    from storage.rates import load_rates

    known, rates = store.aliases.gazetteer(), load_rates()
    found: list[Rehearsed] = []
    for event in store.events.iter_all(since):
        first, aliases = store.events.is_first(event.id), store.aliases.keys_of_company(event.company.key)
        stage = _Stage(event.id, first, known, rates, aliases)
        found += _tell_again(rule, store.events.members(event.id), stage, language)
    yield from sorted(found, key=lambda one: (one.told_on, one.event_id))


def _tell_again(rule: Rule, members: Sequence[Claim], stage: _Stage, language: str) -> Iterator[Rehearsed]:
    before: Subject | None = None
    told: Told | None = None
    ordered = sorted(members, key=lambda claim: (find_day_told(claim), claim.extraction_id))
    for count, claim in enumerate(ordered, 1):
        event = stage.play(ordered[:count], count)
        after = stage.look(event, ordered[:count])
        corrected = told is not None and is_outdated(told, event)
        if corrected or (told is None and _is_due(rule, before, after, find_day_told(claim))):
            told = Told(rule.id, event.id, count, event.status, event.amount_usd)
            facts = Facts("", rule.id, rule.name, event, (), "", corrected)
            yield Rehearsed(find_day_told(claim), event.id, render_title(facts, language, WORDINGS[language]))
        before = after


def _is_due(rule: Rule, before: Subject | None, after: Subject, told_on: date) -> bool:
    """Whether the rule turned true, as if each article had been crawled on its day."""
    turned = rule.is_true_of(after) and not rule.is_true_of(before)
    return turned and rule.is_fresh(told_on, after.event, before is not None, told_on)
