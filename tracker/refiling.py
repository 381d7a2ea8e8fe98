"""Files all that is known of some companies anew: after a judgement, after an article was read anew, and to rebuild.

block of the store ─→ ledger.file_in_order ─→ refiling.plan_refiling ─→ changes written, old ids redirected
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.claim import Claim
from domain.currency import Rates
from domain.history import Change
from domain.ledger import file_in_order
from domain.refiling import Plan, plan_refiling

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
    for change in plan.changes:
        write(tx, change)
    stored = {event.event.id: event.event for event in block.events}
    for event_id, heir in plan.gone.items():
        tx.blocks.end(stored[event_id], heir, at)
        if heir is not None:
            tx.outbox.follow(event_id, heir)
    return plan, block.keys


def rebuild(store: Store, *, rates: Rates | None = None, now: datetime | None = None) -> dict[str, int]:
    """Files everything anew from extractions and judgements, company by company, as a new store would hold it."""
    if rates is None:
        from storage.rates import load_rates

        rates = load_rates()
    at = now or datetime.now(UTC)
    counts = {"companies": 0, "changed": 0, "merged": 0, "withdrawn": 0}
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
