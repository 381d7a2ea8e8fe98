"""A person's word on events: kept as a row, and the companies that it is about filed anew, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from domain.claim import Claim
from domain.currency import Rates
from domain.editing import edit_event
from domain.errors import BadInput
from domain.history import Change
from domain.judgement import Judgement, Verdict, anchor_claim
from domain.refiling import Plan
from tracker.refiling import refile

if TYPE_CHECKING:
    from storage.store import Shelves, Store
    from tracker.refiling import Write


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges, when and why, with what is needed to act on it."""

    name: str
    rates: Rates
    note: str | None = None
    at: datetime | None = None
    write: Write | None = None


def judge_same(store: Store, event_id: str, others: Sequence[str], judge: Judge) -> Plan:
    """All these events are one."""
    verdict = Verdict.SAME if len(others) == 1 else Verdict.MERGE
    return _judge(store, verdict, event_id, others, judge)


def judge_different(store: Store, event_id: str, other: str, judge: Judge) -> Plan:
    """These two events are two, however alike they may come to look."""
    return _judge(store, Verdict.DIFFERENT, event_id, [other], judge)


def _judge(store: Store, verdict: Verdict, event_id: str, others: Sequence[str], judge: Judge) -> Plan:
    with store.transaction() as tx:
        ids = [tx.events.get(one).id for one in (event_id, *others)]
        if len(set(ids)) < len(ids):
            hint = "; split parts them" if verdict is Verdict.DIFFERENT else ""
            raise BadInput(" and ".join((event_id, *others)), f"already one event{hint}")
        members = [tx.events.members(one) for one in ids]
        return _act(tx, verdict, members[0], [claim for rest in members[1:] for claim in rest], judge)


def judge_split(store: Store, event_id: str, urls: Collection[str], judge: Judge) -> Plan:
    """The articles at these addresses tell another event than the rest."""
    with store.transaction() as tx:
        members = tx.events.members(event_id)
        moved = [claim for claim in members if claim.article.url in urls]
        if missing := sorted(set(urls) - {claim.article.url for claim in moved}):
            raise BadInput(missing[0], f"no article of event {event_id}")
        rest = [claim for claim in members if claim not in moved]
        if not moved or not rest:
            raise BadInput(f"event {event_id}", "a split needs an article that goes and one that stays")
        return _act(tx, Verdict.SPLIT, moved, rest, judge)


def judge_edit(store: Store, event_id: str, field: str, value: Any, judge: Judge) -> Plan:
    """The field of the event has this value; BadInput where the field or the value is none."""
    with store.transaction() as tx:
        edit_event(tx.events.get(event_id), field, value, judge.rates)
        return _act(tx, Verdict.EDIT, tx.events.members(event_id), [], judge, field=field, value=value)


def _act(
    tx: Shelves, verdict: Verdict, subject: Sequence[Claim], other: Sequence[Claim], judge: Judge, **edit: Any
) -> Plan:
    if not subject:
        raise BadInput(verdict.value, "no article tells this event any more")
    at = judge.at or datetime.now(UTC)
    anchors = [tuple(map(anchor_claim, claims)) for claims in (subject, other)]
    tx.judgements.add(Judgement(verdict, anchors[0], anchors[1], judge.name, at, note=judge.note, **edit))
    keys = {anchor.company_key for side in anchors for anchor in side}
    return refile(tx, keys, at=at, rates=judge.rates, write=judge.write or _write)[0]


def _write(tx: Shelves, change: Change) -> None:
    tx.events.apply(change)
