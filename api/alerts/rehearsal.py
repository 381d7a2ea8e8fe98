"""What a rule would have told: every event is told again article by article, and the rule looks on; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from api.alerts.message import Facts, render_title
from api.alerts.wording import WORDINGS
from domain.alert_rules import Rule
from domain.alerting import Told, is_outdated
from domain.claim import Claim
from domain.conflicts import has_conflict
from domain.currency import Rates
from domain.event import Event
from domain.fusion import fuse, list_reported
from domain.subjects import Subject, build_subject

if TYPE_CHECKING:
    from storage.store import Store


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One alert that would have gone out."""

    told_on: date
    event_id: str
    title: str


def rehearse(store: Store, rule: Rule, since: date, language: str) -> Iterator[Rehearsed]:
    """Yields what the rule would have told of the events announced since then, by day."""
    from storage.rates import load_rates

    rates = load_rates()
    found: list[Rehearsed] = []
    for event in store.events.iter_all(since):
        members = store.events.members(event.id)
        first = store.events.is_first(event.id)
        found += _tell_again(rule, members, event.id, rates, language, first=first)
    yield from sorted(found, key=lambda one: (one.told_on, one.event_id))


def _tell_again(
    rule: Rule, members: Sequence[Claim], event_id: str, rates: Rates, language: str, *, first: bool
) -> Iterator[Rehearsed]:
    before: Subject | None = None
    told: Told | None = None
    ordered = sorted(members, key=lambda claim: (claim.told_on, claim.extraction_id))
    for count, claim in enumerate(ordered, 1):
        event = fuse(ordered[:count], event_id=event_id, revision=count, rates=rates)
        after = _look(event, ordered[:count], first=first)
        corrected = told is not None and is_outdated(told, event)
        if corrected or (told is None and _is_due(rule, before, after, claim.told_on)):
            told = Told(rule.id, event_id, count, event.status, event.amount_usd)
            facts = Facts("", rule.id, rule.name, event, (), "", corrected)
            yield Rehearsed(claim.told_on, event_id, render_title(facts, language, WORDINGS[language]))
        before = after


def _is_due(rule: Rule, before: Subject | None, after: Subject, told_on: date) -> bool:
    """Whether the rule turned true, as if each article had been crawled on its day."""
    turned = rule.is_true_of(after) and not rule.is_true_of(before)
    return turned and rule.is_fresh(told_on, after.event, before is not None, told_on)


def _look(event: Event, members: Sequence[Claim], *, first: bool) -> Subject:
    flags = ["conflict"] if has_conflict(list_reported(members)) else []
    return build_subject(event, [*flags, *(["first_round"] if first else [])], [members[-1].article.title])
