"""Files what is known of some companies anew: after a judgement, after an article was read anew, and to rebuild.

block of the store ─→ ledger.file_in_order ─→ refiling.plan_refiling ─→ changes written, old ids redirected
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.claim import Claim
from domain.currency import Rates
from domain.fusion import fuse
from domain.history import Change
from domain.ledger import FiledEvent, file_in_order
from domain.refiling import Plan, StoredEvent, plan_refiling
from domain.resolution import Filing, choose_heir, redirect

if TYPE_CHECKING:
    from storage.store import Shelves, Store

Write = Callable[["Shelves", Change], object]


def _apply(tx: Shelves, change: Change) -> None:
    tx.events.apply(change)


def refile(
    tx: Shelves,
    keys: Iterable[str],
    *,
    at: datetime,
    rates: Rates,
    pending: Claim | None = None,
    keep_ids: bool = True,
    write: Write = _apply,
) -> tuple[Plan, frozenset[str]]:
    """Files the claims of the companies with these keys anew, a pending one with them, and writes what differs.

    Gives what was done, and all the keys that the companies have.
    """
    block = tx.blocks.load(keys)
    own = {event.event.id for event in block.events}
    filed = file_in_order(
        (*block.claims, *([pending] if pending else [])),
        block.judgements,
        rates=rates,
        gazetteer=tx.aliases.gazetteer(),
        is_taken=lambda event_id: event_id not in own and tx.events.exists(event_id),
    )
    plan = plan_refiling(block.events, filed, at=at, cause=pending, keep_ids=keep_ids)
    _write_plan(tx, plan, block.events, at, write)
    return plan, block.keys


def _write_plan(tx: Shelves, plan: Plan, stored: Iterable[StoredEvent], at: datetime, write: Write) -> None:
    for change in plan.changes:
        write(tx, change)
    events = {event.event.id: event.event for event in stored}
    for event_id, heir in plan.gone.items():
        tx.blocks.end(events[event_id], heir, at)
        if heir is not None:
            tx.outbox.follow(event_id, heir)


def unite(tx: Shelves, change: Change, *, rates: Rates, write: Write = _apply) -> Plan:
    """Makes one event of that which a claim joins and those that it ties to it; the rest of the company stays."""
    assert change.claim is not None and change.decision is not None
    stored = tx.blocks.load_events((change.after.id, *change.tied))
    into = choose_heir({event.event.id: len(event.article_ids) for event in stored}, change.after.id)
    heirs = {event.event.id: into for event in stored if event.event.id != into}
    filings = [filing for event in stored for filing in event.filings]
    filings.append(Filing(change.claim, change.decision))
    filings = [replace(filing, decision=redirect(filing.decision, heirs, into)) for filing in filings]
    claims = [filing.claim for filing in filings]
    after = fuse(claims, event_id=into, rates=rates, gazetteer=tx.aliases.gazetteer())
    filed = [FiledEvent(after, tuple(filings))]
    plan = plan_refiling(stored, filed, at=change.at, cause=change.claim, keep_ids=False)
    _write_plan(tx, plan, stored, change.at, write)
    for event_id in heirs:
        tx.blocks.redirect_doubts(event_id, into)
    return plan


def rebuild(store: Store, *, rates: Rates | None = None, now: datetime | None = None) -> dict[str, int]:
    """Files everything anew from extractions and judgements, company by company, as a new store would hold it."""
    if rates is None:
        from storage.rates import load_rates

        rates = load_rates()
    at = now or datetime.now(UTC)
    counts = {"companies": 0, "changed": 0, "merged": 0, "withdrawn": 0}
    if circles := _open_circles(store, at):
        counts["circles"] = circles
    seen: set[str] = set()
    for key in store.blocks.iter_keys():
        if key in seen:
            continue
        with store.transaction() as tx:
            plan, keys = refile(tx, [key], at=at, rates=rates, keep_ids=False)
        seen |= keys
        counts["companies"] += 1
        counts["changed"] += len(plan.changes)
        counts["merged"] += sum(heir is not None for heir in plan.gone.values())
        counts["withdrawn"] += sum(heir is None for heir in plan.gone.values())
    return counts


def _open_circles(store: Store, at: datetime) -> int:
    """Takes events whose merges lead in a circle for what tells them alone, and gives how many circles there were."""
    with store.transaction() as tx:
        circles = tx.redirects.event_circles()
        for event in tx.blocks.load_events(event_id for circle in circles for event_id in circle):
            tx.blocks.end(event.event, None, at)
        return len(circles) + tx.redirects.open_parties()
