"""Writes a change of an event into all the tables that it touches, on one connection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, delete, insert, select, update

from domain.claim import Claim, company_keys
from domain.event import Event
from domain.gazetteer import Gazetteer
from domain.history import Change, diff_events
from domain.record import build_record
from domain.resolution import Decision, Filing, Join, New, Unsure
from storage.models import (
    EventInvestorRow,
    EventMentionPastRow,
    EventMentionRow,
    EventNameRow,
    EventRevisionRow,
    EventRow,
    ExtractionRow,
)
from storage.parties import keep_aliases, keep_company, keep_investor_aliases, keep_investors
from storage.rows import table, write_event, write_reasons
from storage.upsert import insert_missing

_EVENT = table(EventRow)
_NAME = table(EventNameRow)
_PART = table(EventInvestorRow)
_MENTION = table(EventMentionRow)
_FORMER = table(EventMentionPastRow)
_REVISION = table(EventRevisionRow)
_EXTRACTION = table(ExtractionRow)

# built once: building a statement costs more than running it
_ADD_EVENT, _ADD_PART, _ADD_MENTION, _ADD_FORMER, _ADD_REVISION = map(
    insert, (_EVENT, _PART, _MENTION, _FORMER, _REVISION)
)
_SET_EVENT = update(_EVENT).where(_EVENT.c.id == bindparam("this_id"))
_SET_DAY = update(_NAME).where(_NAME.c.event_id == bindparam("this_id"))
_SET_MERGED = update(_EXTRACTION).where(_EXTRACTION.c.id == bindparam("this_id"))
_DROP_PARTS = delete(_PART).where(_PART.c.event_id == bindparam("this_id"))
_FIND_MENTIONS = select(_MENTION).where(_MENTION.c.extraction_id.in_(bindparam("ids", expanding=True)))
_DROP_MENTION = delete(_MENTION).where(_MENTION.c.extraction_id == bindparam("this_id"))


Write = Callable[[Executable, dict[str, Any]], object]


def write_change(connection: Connection, change: Change, known: Gazetteer, write: Write) -> None:
    """Writes event, company, names and investors; by `write`, which may do so later, mentions and revision."""
    before, after = change.before, change.after
    # None: the event stays with its company, of which nothing new is known
    company_id = None if _is_company_known(change) else keep_company(connection, after)
    changed = diff_events(before, after)
    _write_event(connection, change, company_id)
    if before is None or (before.leads, before.participants) != (after.leads, after.participants):
        _write_parts(connection, after, is_new=before is None)
    claims = _list_claims(change)
    if claims and not change.names_known:
        _write_names(connection, after, company_id or keep_company(connection, after), claims, known)
    if not change.investors_known:
        keep_investor_aliases(connection, claims, known)
    if change.filings is not None:
        _write_filings(connection, after, change.filings, change.at)
    elif change.claim is not None:
        _write_mention(write, after.id, change.claim, change.decision or New(), change.at)
    if before is not None and "announced_on" in changed:
        connection.execute(_SET_DAY, {"this_id": after.id, "announced_on": after.announced_on})
    if before is None or after.revision != before.revision:
        _write_revision(write, after, changed, change.at, change.claim.article.id if change.claim else None)


def _list_claims(change: Change) -> list[Claim]:
    """The claims that the change files."""
    if change.filings is not None:
        return [filing.claim for filing in change.filings]
    return [] if change.claim is None else [change.claim]


def _is_company_known(change: Change) -> bool:
    before, after = change.before, change.after
    return before is not None and (before.company, before.country, before.sector) == (
        after.company,
        after.country,
        after.sector,
    )


def _write_event(connection: Connection, change: Change, company_id: int | None) -> None:
    columns = write_event(change.after)
    if company_id is not None:
        columns["company_id"] = company_id
    if change.before is None:
        times = {"created_at": change.at, "updated_at": change.at}
        connection.execute(_ADD_EVENT, {**columns, **times, "stale": False, "withdrawn": False})
        return
    # only what differs: a column that is set anew, to whatever value, has each index on it written anew
    before = write_event(change.before)
    columns = {name: value for name, value in columns.items() if name not in before or before[name] != value}
    if change.filings is not None:
        columns |= {"stale": False, "withdrawn": False}
    if change.after.revision != change.before.revision:
        columns["updated_at"] = change.at
    if columns:
        connection.execute(_SET_EVENT, {**columns, "this_id": change.after.id})


def _write_parts(connection: Connection, event: Event, *, is_new: bool) -> None:
    ids = keep_investors(connection, (*event.leads, *event.participants))
    if not is_new:
        connection.execute(_DROP_PARTS, {"this_id": event.id})
    roles = [("lead", party) for party in event.leads] + [("participant", party) for party in event.participants]
    rows = [
        {
            "event_id": event.id,
            "investor_id": ids[party.key],
            "role": role,
            "position": position,
            "named_as": {"name": party.name, "names": dict(party.names)},
        }
        for position, (role, party) in enumerate(roles)
    ]
    _write_all(connection, _ADD_PART, rows)


def _write_names(
    connection: Connection, event: Event, company_id: int, claims: Sequence[Claim], known: Gazetteer
) -> None:
    """Notes the keys under which these claims are looked up, and the names that they use."""
    _add_keys(connection, event, {key for claim in claims for key in company_keys(claim.extraction, known)})
    learnt: dict[str, int] = {}
    for claim in claims:
        for name in known.heard(claim.extraction.company):
            learnt.setdefault(name, claim.article.id)
    keep_aliases(connection, company_id, learnt)


def _add_keys(connection: Connection, event: Event, keys: Collection[str]) -> None:
    rows = [{"event_id": event.id, "key": key, "announced_on": event.announced_on} for key in sorted(keys)]
    insert_missing(connection, _NAME, rows)


def rewrite_keys(connection: Connection, event: Event, claims: Sequence[Claim], known: Gazetteer) -> None:
    """Looks the event up under the keys that its claims have now, and under no others."""
    keys = {key for claim in claims for key in company_keys(claim.extraction, known)}
    connection.execute(delete(_NAME).where(_NAME.c.event_id == event.id, _NAME.c.key.not_in(keys)))
    _add_keys(connection, event, keys)


def _write_filings(connection: Connection, event: Event, filings: Sequence[Filing], at: datetime) -> None:
    """Puts all these claims under the event, wherever they were; others that were here are put elsewhere or gone."""
    ids = [filing.claim.extraction_id for filing in filings]
    stored = {row["extraction_id"]: dict(row) for row in connection.execute(_FIND_MENTIONS, {"ids": ids}).mappings()}
    moved, former = [], []
    for filing in filings:
        row = _describe_mention(event.id, filing.claim, filing.decision, at)
        before = stored.get(filing.claim.extraction_id)
        if before is not None and before["event_id"] == event.id:
            row["filed_at"] = before["filed_at"]
        if before != row:
            moved.append(row)
        if before is not None and before["filed_at"] < row["filed_at"]:
            former.append({name: before[name] for name in ("extraction_id", "event_id", "filed_at")} | {"left_at": at})
    _write_all(connection, _DROP_MENTION, [{"this_id": row["extraction_id"]} for row in moved])
    _write_all(connection, _ADD_FORMER, former)
    _write_all(connection, _ADD_MENTION, moved)
    fresh = [{"this_id": id, "merged": True} for id in ids if id not in stored]
    _write_all(connection, _SET_MERGED, fresh)


def _write_all(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _write_mention(write: Write, event_id: str, claim: Claim, decision: Decision, at: datetime) -> None:
    write(_ADD_MENTION, _describe_mention(event_id, claim, decision, at))
    write(_SET_MERGED, {"this_id": claim.extraction_id, "merged": True})


def _describe_mention(event_id: str, claim: Claim, decision: Decision, at: datetime) -> dict[str, Any]:
    return {
        "extraction_id": claim.extraction_id,
        "event_id": event_id,
        "decision": {New: "new", Join: "join", Unsure: "unsure"}[type(decision)],
        "score": decision.score,
        "reasons": write_reasons(decision.reasons),
        "doubt_event_id": decision.event_id if isinstance(decision, Unsure) else None,
        "filed_at": at,
    }


def _write_revision(
    write: Write,
    event: Event,
    changed: dict[str, tuple[Any, Any]],
    at: datetime,
    article_id: int | None,
    **flags: bool,
) -> None:
    revision = {
        "event_id": event.id,
        "number": event.revision,
        "at": at,
        "changed": {name: list(pair) for name, pair in changed.items()},
        "article_id": article_id,
        "event": build_record(event) | flags,
    }
    write(_ADD_REVISION, revision)


def write_end(connection: Connection, event: Event, into: str | None, at: datetime) -> None:
    """Takes an event out of sight: merged into another one, or withdrawn; its id, row and history stay."""
    ended = replace(event, merged_into=into, revision=event.revision + 1)
    state = {"merged_into": into, "withdrawn": into is None, "stale": False}
    connection.execute(_SET_EVENT, {**state, "revision": ended.revision, "updated_at": at, "this_id": event.id})
    if into is None:
        _write_revision(connection.execute, ended, {"withdrawn": (False, True)}, at, None, withdrawn=True)
    else:
        _write_revision(connection.execute, ended, {"merged_into": (None, into)}, at, None)
