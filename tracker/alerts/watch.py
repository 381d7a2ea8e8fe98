"""Watches changes of events as they are written, and puts what is due into the outbox, in the same transaction.

change ─→ subject before, subject after ─→ RuleBook.find_due  ─→ outbox.put
       └─ what was told of the event    ─→ find_corrections   ─→ outbox.correct
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.alerting import RuleBook, find_corrections, find_day_told
from domain.conflicts import has_conflict
from domain.event import Event
from domain.history import Change
from domain.subjects import Subject, build_subject

if TYPE_CHECKING:
    from storage.store import Shelves


def apply_watched(tx: Shelves, change: Change, book: RuleBook) -> int:
    """Writes the change with the alerts that it makes due, and gives how many these are."""
    before = _look(tx, change.before, book)
    tx.events.apply(change)
    after = _look(tx, change.after, book)
    assert after is not None
    due = book.find_due(before, after, change.at, told_on=find_day_told(change.claim) if change.claim else None)
    if not due and (change.before is None or _say(change.before) == _say(change.after)):
        return 0
    told = [last for last in tx.outbox.told(change.after.id) if book.get(last.rule_id) is not None]
    known = {last.rule_id for last in told}
    put = tx.outbox.put(alert for alert in due if alert.rule_id not in known)
    return put + tx.outbox.correct(find_corrections(told, change.after, change.at))


def _look(tx: Shelves, event: Event | None, book: RuleBook) -> Subject | None:
    """The event as rules see it; what has to be looked up is, only where a rule asks for it."""
    if event is None:
        return None
    flags = []
    if book.asks("conflict") and has_conflict(tx.events.reported(event.id)):
        flags.append("conflict")
    if book.asks("first_round") and tx.events.is_first(event.id):
        flags.append("first_round")
    return build_subject(
        event,
        flags,
        tx.events.titles(event.id) if book.asks("words") else (),
        known=tx.aliases.gazetteer(),
        aliases=tx.aliases.keys_of_company(event.company.key) if book.asks("companies", "watch") else (),
    )


def _say(event: Event) -> tuple[object, ...]:
    return (event.status, event.amount_usd)
