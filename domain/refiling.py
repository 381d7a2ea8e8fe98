"""From what the store holds of some companies to what it has to hold, once all their claims are filed anew.

stored events + filed events ─→ who inherits which id ─→ changes to write, ids that go (and where they lead)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.claim import Claim
from domain.event import Event
from domain.history import Change, diff_events
from domain.ledger import FiledEvent
from domain.resolution import Filing, redirect


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as stored, with the members that are still told; `visible` unless it was merged or withdrawn."""

    event: Event
    filings: tuple[Filing, ...]
    former: tuple[int, ...] = ()
    visible: bool = True

    @property
    def article_ids(self) -> frozenset[int]:
        """The articles that tell it or told it."""
        return frozenset((*(filing.claim.article.id for filing in self.filings), *self.former))


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be written; `gone` maps an id that goes to the event it leads to, None where nothing is left."""

    changes: tuple[Change, ...]
    gone: Mapping[str, str | None]


def plan_refiling(
    stored: Sequence[StoredEvent],
    filed: Sequence[FiledEvent],
    *,
    at: datetime,
    cause: Claim | None = None,
    keep_ids: bool = True,
) -> Plan:
    """What has to be written; ids stay with the articles they had, or else go by founders alone as in a new store."""
    visible = [event for event in stored if event.visible]
    if keep_ids:
        filed = _rename(filed, _inherit(visible, filed))
    known = {event.event.id: event for event in stored}
    changes = [_plan_change(known.get(event.event.id), event, at, cause) for event in filed]
    left = {event.event.id for event in filed}
    holders = _index_articles((event.event.id, _article_ids(event)) for event in filed)
    gone = {event.event.id: _find_heir(event, holders) for event in visible if event.event.id not in left}
    return Plan(tuple(change for change in changes if change is not None), gone)


def _inherit(stored: Iterable[StoredEvent], filed: Sequence[FiledEvent]) -> dict[str, str]:
    """New id → old id, for those that share articles; the most shared ones first, then those with the founder."""
    founders = {new.event.id: new.filings[0].claim.article.id for new in filed}
    articles = {old.event.id: old.article_ids for old in stored}
    holders = _index_articles(articles.items())
    shared = [
        (-count, founders[new.event.id] not in articles[old_id], old_id, new.event.id)
        for new in filed
        for old_id, count in _count_shared(_article_ids(new), holders).items()
    ]
    names: dict[str, str] = {}
    for *_, old_id, new_id in sorted(shared):
        if new_id not in names and old_id not in names.values():
            names[new_id] = old_id
    return names


def _index_articles(events: Iterable[tuple[str, frozenset[int]]]) -> dict[int, list[str]]:
    holders: dict[int, list[str]] = defaultdict(list)
    for event_id, article_ids in events:
        for article_id in article_ids:
            holders[article_id].append(event_id)
    return holders


def _count_shared(article_ids: Iterable[int], holders: Mapping[int, Sequence[str]]) -> Counter[str]:
    return Counter(event_id for article_id in article_ids for event_id in holders.get(article_id, ()))


def _article_ids(filed: FiledEvent) -> frozenset[int]:
    return frozenset(filing.claim.article.id for filing in filed.filings)


def _rename(filed: Sequence[FiledEvent], names: Mapping[str, str]) -> list[FiledEvent]:
    """The events under their inherited ids; one that keeps its own steps aside where another inherited that one."""
    final: dict[str, str] = {}
    for event in filed:
        name = names.get(event.event.id, event.event.id)
        while name in final.values() or (event.event.id not in names and name in names.values()):
            name += "x"
        final[event.event.id] = name
    return [
        FiledEvent(
            replace(event.event, id=final[event.event.id]),
            tuple(replace(filing, decision=redirect(filing.decision, final)) for filing in event.filings),
        )
        for event in filed
    ]


def _plan_change(old: StoredEvent | None, new: FiledEvent, at: datetime, cause: Claim | None) -> Change | None:
    caused = cause if any(filing.claim == cause for filing in new.filings) else None
    decision = next((filing.decision for filing in new.filings if filing.claim == caused), None)
    if old is None:
        return Change(None, new.event, caused, decision, at, new.filings)
    news = bool(diff_events(old.event, new.event)) or not old.visible
    after = replace(new.event, revision=old.event.revision + news)
    if old.visible and after == old.event and _is_same(old.filings, new.filings):
        return None
    return Change(old.event, after, caused, decision, at, new.filings)


def _is_same(old: Sequence[Filing], new: Sequence[Filing]) -> bool:
    return {f.claim.extraction_id: f.decision for f in old} == {f.claim.extraction_id: f.decision for f in new}


def _find_heir(gone: StoredEvent, holders: Mapping[int, Sequence[str]]) -> str | None:
    """The event that most articles of the one that goes are filed under now."""
    held = _count_shared(gone.article_ids, holders)
    return max(held, key=lambda event_id: (held[event_id], event_id), default=None)
