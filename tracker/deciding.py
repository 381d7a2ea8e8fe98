"""A person's word on events and names: kept as a row, and what it is about filed anew, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from domain.aliases import PartyKind, Ruling, read_ruling
from domain.claim import Claim
from domain.currency import Rates
from domain.editing import check_edit
from domain.errors import BadInput, NotFound
from domain.gazetteer import Gazetteer
from domain.history import Change
from domain.judgement import Judgement, Verdict, anchor_claim
from domain.names import match_key
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
        _refuse_circle((event_id, *others), ids, "; split parts them" if verdict is Verdict.DIFFERENT else "")
        members = [tx.events.members(one) for one in ids]
        return _act(tx, verdict, members[0], [claim for rest in members[1:] for claim in rest], judge)


def _refuse_circle(named: Sequence[str], ids: Sequence[str], hint: str) -> None:
    """Raises BadInput where two of the events named are one already: it cannot be merged into, or told from, itself."""
    leads = dict(zip(named, ids, strict=True))
    twice = next((event_id for event_id in ids if ids.count(event_id) > 1), None)
    if twice is None:
        return
    merged = [f"{name} leads to {twice}" for name, heir in leads.items() if heir == twice != name]
    why = f" ({', '.join(merged)}: a circle of merges)" if merged else ""
    raise BadInput(" and ".join(named), f"already one event{why}{hint}")


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
    """The field of the event has this value; BadInput where the field or the value is none, or cannot be true."""
    check_edit(field, value, (judge.at or datetime.now(UTC)).date(), judge.rates)
    with store.transaction() as tx:
        return _act(tx, Verdict.EDIT, tx.events.members(event_id), [], judge, field=field, value=value)


def _act(
    tx: Shelves, verdict: Verdict, subject: Sequence[Claim], other: Sequence[Claim], judge: Judge, **edit: Any
) -> Plan:
    if not subject:
        raise BadInput(verdict.value, "no article tells this event any more")
    at = judge.at or datetime.now(UTC)
    anchors = [tuple(map(anchor_claim, claims)) for claims in (subject, other)]
    return settle(tx, Judgement(verdict, anchors[0], anchors[1], judge.name, at, note=judge.note, **edit), judge)


def judge_alias(store: Store, ruling: Ruling, judge: Judge) -> Plan:
    """The name is one of the party's, or none of them whatever articles say."""
    with store.transaction() as tx:
        known = tx.aliases.gazetteer()
        key_of = known.company_key if ruling.kind is PartyKind.COMPANY else known.investor_key
        if not tx.aliases.has_party(ruling.kind, ruling.party):
            raise NotFound(f"{ruling.kind} {ruling.party}", f"no {ruling.kind} of that name is stored")
        if not match_key(ruling.name):
            raise BadInput(repr(ruling.name), "not a name")
        if key_of(ruling.party) == (key_of(ruling.name) if ruling.holds else match_key(ruling.name)):
            raise BadInput(ruling.name, f"{'already a' if ruling.holds else 'the'} name of {ruling.party}")
        subject, other = ruling.anchors(known)
        at = judge.at or datetime.now(UTC)
        kind, value = ruling.kind.value, ruling.as_value()
        word = Judgement(ruling.verdict, subject, other, judge.name, at, field=kind, value=value, note=judge.note)
        return settle(tx, word, judge)


def settle(tx: Shelves, judgement: Judgement, judge: Judge) -> Plan:
    """Keeps a judgement, and files anew the companies that it is about."""
    before = tx.aliases.gazetteer()
    ruling = read_ruling(judgement)
    tx.judgements.add(judgement)
    blocks = [frozenset(anchor.company_key for anchor in (*judgement.subject, *judgement.other))]
    if ruling is not None:
        tx.aliases.apply(ruling)
        if ruling.kind is PartyKind.INVESTOR:
            names = (ruling.party, ruling.name)
            blocks = list(tx.blocks.iter_keys_told_with(_keys_of_investors(names, before, tx.aliases.gazetteer())))
    return _refile_all(tx, blocks, judge, rename=ruling is not None)


def _keys_of_investors(names: Sequence[str], *known: Gazetteer) -> frozenset[str]:
    """The keys of all names under which these investors may be told, before and after a word on them."""
    keys = {each.investor_key(name) for each in known for name in names} | set(map(match_key, names))
    told = {
        key
        for each in known
        for by_key in (each.companies_by_key, each.investors_by_key)
        for key, party in by_key.items()
        if party.key in keys
    }
    return frozenset(keys | told)


def _refile_all(tx: Shelves, blocks: Iterable[Collection[str]], judge: Judge, *, rename: bool) -> Plan:
    """Files the blocks that these keys lie in anew, each once; `rename` where names mean something else now."""
    changes: list[Change] = []
    gone: dict[str, str | None] = {}
    done: set[str] = set()
    for keys in blocks:
        if done.issuperset(keys):
            continue
        at = judge.at or datetime.now(UTC)
        plan, reached = refile(tx, keys, at=at, rates=judge.rates, write=judge.write or _write, keep_ids=False)
        if rename:
            tx.blocks.rewrite_keys(reached, tx.aliases.gazetteer())
        done |= reached
        changes += plan.changes
        gone |= plan.gone
    return Plan(tuple(changes), gone)


def _write(tx: Shelves, change: Change) -> None:
    tx.events.apply(change)
